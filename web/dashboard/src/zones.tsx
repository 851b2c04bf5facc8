// Zones on the map, and drawing them: by mouse, finger or keyboard.
import L from "leaflet";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type Fault, type Zones } from "./api";
import { useLanguage } from "./words";

export const zone_kinds = ["farm", "settlement", "risk", "safe", "water", "road", "other"] as const;

export function show_zones(map: L.Map, zones: Zones, chosen: (index: number) => void): L.LayerGroup {
  const group = L.layerGroup().addTo(map);
  zones.features.forEach((zone, index) => {
    const kind = String(zone.properties?.kind ?? "other");
    L.geoJSON(zone, { pane: "zones", style: { className: `zone zone-${kind}` } })
      .bindTooltip(String(zone.properties?.name ?? index + 1), { sticky: true })
      .on("click", () => chosen(index))
      .addTo(group);
  });
  return group;
}

export function ZoneEditor(props: { map: L.Map; zones: Zones; saved: (zones: Zones) => void; close: () => void }) {
  const language = useLanguage();
  const [zones, setZones] = useState<Zones>(() => structuredClone(props.zones));
  const [at, setAt] = useState(0);
  const [corners, setCorners] = useState<L.LatLng[] | null>(null);
  const [said, setSaid] = useState("");
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);

  // The corners of the zone that is drawn, or of the chosen one to be moved.
  useEffect(() => {
    const group = L.layerGroup().addTo(props.map);
    const dot = (place: L.LatLng, moved?: (to: L.LatLng) => void) =>
      L.marker(place, { draggable: !!moved, keyboard: false,
                        icon: L.divIcon({ className: "corner", iconSize: [14, 14] }) })
        .on("dragend", (event) => moved?.((event.target as L.Marker).getLatLng())).addTo(group);
    if (corners) {
      corners.forEach((corner) => dot(corner));
      if (corners.length > 1) L.polygon(corners, { className: "zone zone-drawn" }).addTo(group);
    } else {
      const shape = zones.features[at]?.geometry;
      if (shape?.type === "Polygon") {
        shape.coordinates.forEach((ring, r) => ring.slice(0, -1).forEach(([x, y], i) =>
          dot(L.latLng(y, x), (to) => move(r, i, to))));
      }
      show_zones(props.map, zones, setAt).eachLayer((layer) => group.addLayer(layer));
    }
    const click = (event: L.LeafletMouseEvent) => corners && setCorners([...corners, event.latlng]);
    props.map.on("click", click);
    return () => { group.remove(); props.map.off("click", click); };
  }, [zones, at, corners]);

  const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  const move = (ring: number, corner: number, to: L.LatLng) => {
    const next = structuredClone(zones);
    const rings = (next.features[at].geometry as GeoJSON.Polygon).coordinates;
    rings[ring][corner] = [round(to.lng), round(to.lat)];
    if (corner === 0) rings[ring][rings[ring].length - 1] = rings[ring][0];
    setZones(next);
  };
  const finish = () => {
    const ring = corners!.map((corner) => [round(corner.lng), round(corner.lat)]);
    const zone = { type: "Feature" as const, properties: { name: "", kind: "farm" },
                   geometry: { type: "Polygon" as const, coordinates: [[...ring, ring[0]]] } };
    setZones({ ...zones, features: [...zones.features, zone] });
    setAt(zones.features.length);
    setCorners(null);
  };
  const change = (properties: { name?: string; kind?: string }) => {
    const next = structuredClone(zones);
    next.features[at].properties = { ...next.features[at].properties, ...properties };
    setZones(next);
  };
  const save = async () => {
    try {
      await api.putZones(zones);
      const kept = await api.zones();
      setZones(kept);
      props.saved(kept);
      setSaid(language.t("zones_saved"));
    } catch (error) {
      const fault = error as Fault;
      setSaid(fault.status === 412 ? language.t("zones_stale")
                                   : language.t("fault", { what: `${fault.message} ${fault.detail}` }));
    }
  };
  const zone = zones.features[at];
  return (
    <section class="editor" aria-label={language.t("edit_zones")}>
      {corners ? (
        <>
          <p>{language.t("draw_help")}</p>
          <div class="row">
            <button onClick={() => setCorners([...corners, props.map.getCenter()])}>{language.t("add_corner")}</button>
            <button onClick={() => setCorners(corners.slice(0, -1))} disabled={corners.length === 0}>{language.t("undo_corner")}</button>
            <button class="strong" onClick={finish} disabled={corners.length < 3}>{language.t("finish")}</button>
            <button onClick={() => setCorners(null)}>{language.t("cancel")}</button>
          </div>
        </>
      ) : (
        <>
          <div class="row">
            <button ref={first} onClick={() => setCorners([])}>{language.t("draw_zone")}</button>
            {zones.features.length > 0 && (
              <label>{language.t("zones")}
                <select value={at} onChange={(event) => {
                  const index = Number(event.currentTarget.value);
                  setAt(index);
                  props.map.fitBounds(L.geoJSON(zones.features[index]).getBounds(), { maxZoom: 14 });
                }}>
                  {zones.features.map((one, i) => <option value={i}>{one.properties?.name || i + 1}</option>)}
                </select>
              </label>
            )}
          </div>
          {zone && (
            <div class="row">
              <label>{language.t("zone_name")}
                <input value={zone.properties?.name ?? ""} onInput={(event) => change({ name: event.currentTarget.value })} />
              </label>
              <label>{language.t("kind")}
                <select value={zone.properties?.kind ?? "other"} onChange={(event) => change({ kind: event.currentTarget.value })}>
                  {zone_kinds.map((kind) => <option value={kind}>{language.t(kind)}</option>)}
                </select>
              </label>
              <button onClick={() => {
                setZones({ ...zones, features: zones.features.filter((_, i) => i !== at) });
                setAt(0);
              }}>{language.t("remove")}</button>
            </div>
          )}
          <div class="row">
            <button class="strong" onClick={save}>{language.t("save")}</button>
            <button onClick={props.close}>{language.t("cancel")}</button>
          </div>
        </>
      )}
      <p role="status">{said}</p>
    </section>
  );
}
