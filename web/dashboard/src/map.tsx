// Where everybody is, where they came from, and where they must not go.
import L from "leaflet";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, type Device, type Me, type Position } from "./api";
import { make_map } from "./basemap";
import { name_of } from "./sayings";
import type { Station } from "./store";
import { useLanguage } from "./words";
import { show_zones, ZoneEditor } from "./zones";

const hour_ms = 3_600_000;
const spans_h = [6, 24, 72, 168, 336];
const most_tracks = 40;  // of all devices at once; beyond, of the chosen one

// The last position up to a moment.
function place_at(track: Position[], moment: number): Position | null {
  let low = 0, high = track.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (new Date(track[middle].time).getTime() <= moment) low = middle + 1; else high = middle;
  }
  return low ? track[low - 1] : null;
}

// All devices, with the zones where these are not at another end of the world.
function first_view(placed: Device[], station: Station): L.LatLngBounds {
  const devices = L.latLngBounds(placed.map(({ position }) => [position!.latitude, position!.longitude]));
  if (!station.zones?.features.length) return devices;
  const both = L.latLngBounds(devices.getSouthWest(), devices.getNorthEast()).extend(L.geoJSON(station.zones).getBounds());
  return both.getSouthWest().distanceTo(both.getNorthEast()) < 300_000 ? both : devices;
}

export function MapPage(props: { station: Station; me: Me; chosen: string | null; choose: (device: string | null) => void }) {
  const { station, chosen, choose } = props;
  const language = useLanguage();
  const holder = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<L.Map | null>(null);
  const [span, setSpan] = useState(24);
  const [back, setBack] = useState(0);  // minutes before now
  const [playing, setPlaying] = useState(false);
  const [tracks, setTracks] = useState(new Map<string, Position[]>());
  const [editing, setEditing] = useState(false);
  const [wanted, setWanted] = useState("");
  const fitted = useRef(false);

  useEffect(() => {
    const made = make_map(holder.current!);
    setMap(made);
    const watch = new ResizeObserver(() => made.invalidateSize());
    watch.observe(holder.current!);
    return () => { watch.disconnect(); made.remove(); };
  }, []);

  const placed = useMemo(() => [...station.devices.values()].filter((one) => one.position), [station.devices]);
  const alerted = useMemo(() => new Set(station.alerts.map((alert) => alert.device)), [station.alerts]);

  useEffect(() => {
    if (!map || fitted.current || placed.length === 0) return;
    fitted.current = true;
    const one = chosen ? station.devices.get(chosen)?.position : null;
    if (one) map.setView([one.latitude, one.longitude], 12);
    else map.fitBounds(first_view(placed, station), { padding: [40, 40], maxZoom: 12 });
  }, [map, placed]);

  useEffect(() => {
    const position = chosen ? station.devices.get(chosen)?.position : null;
    if (map && position && fitted.current) map.panTo([position.latitude, position.longitude]);
  }, [chosen]);

  useEffect(() => {
    if (!map || !station.zones || editing) return;
    const group = show_zones(map, station.zones, () => undefined);
    return () => { group.remove(); };
  }, [map, station.zones, editing]);

  // Tracks, of all where they are few.
  const followed = placed.length <= most_tracks ? placed.map((one) => one.device) : chosen ? [chosen] : [];
  const asked = followed.join("\n");
  useEffect(() => {
    let gone = false;
    const from = new Date(Date.now() - span * hour_ms);
    void Promise.all(followed.map(async (device) =>
      [device, await api.positions(device, from).catch(() => [])] as const))
      .then((found) => { if (!gone) setTracks(new Map(found)); });
    return () => { gone = true; };
  }, [asked, span, station.heard]);

  const now = Date.now();
  const moment = now - back * 60_000;

  useEffect(() => {
    if (!map) return;
    const group = L.layerGroup().addTo(map);
    for (const device of placed) {
      const track = tracks.get(device.device) ?? [];
      const at = back === 0 ? device.position! : place_at(track, moment);
      const past = track.filter((one) => new Date(one.time).getTime() <= moment);
      const mark = device.device === chosen ? " chosen" : alerted.has(device.device) ? " alerted" : "";
      if (past.length > 1) {
        L.polyline(past.map((one) => [one.latitude, one.longitude]), { className: `track${mark}`, interactive: false }).addTo(group);
      }
      if (!at) continue;
      const icon = L.divIcon({ className: `animal${mark}`, iconSize: [16, 16], html: "<i></i><span></span>" });
      L.marker([at.latitude, at.longitude], { icon, title: name_of(device), alt: name_of(device), riseOnHover: true })
        .on("add", (event) => { (event.target as L.Marker).getElement()!.querySelector("span")!.textContent = name_of(device); })
        .on("click keypress", () => choose(device.device))
        .addTo(group);
    }
    return () => { group.remove(); };
  }, [map, placed, tracks, moment - (back === 0 ? moment : now), back, chosen, alerted]);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setBack((minutes) => {
      const next = Math.max(0, minutes - span * 60 / 200);
      if (next === 0) setPlaying(false);
      return next;
    }), 60);
    return () => clearInterval(timer);
  }, [playing, span]);

  const found = [...station.devices.values()].filter((one) => name_of(one).toLowerCase().includes(wanted.toLowerCase()));
  found.sort((a, b) => Number(alerted.has(b.device)) - Number(alerted.has(a.device)) || name_of(a).localeCompare(name_of(b), language.code));
  return (
    <div class="map-page">
      <aside aria-label={language.t("devices")}>
        <input type="search" value={wanted} placeholder={language.t("search")} aria-label={language.t("search")}
               onInput={(event) => setWanted(event.currentTarget.value)} />
        <p class="dim">{language.count("devices_n", station.devices.size)}
          {props.me.role !== "guest" && <> · <a href="#/alerts">{language.count("open_n", station.alerts.length)}</a></>}</p>
        <ul class="devices">
          {found.slice(0, 200).map((one) => <DeviceRow device={one} chosen={one.device === chosen}
            alerted={alerted.has(one.device)} choose={() => choose(one.device)} />)}
        </ul>
        {station.devices.size === 0 && station.loaded && <p class="empty">{language.t("none_yet")}</p>}
        {station.devices.size > 0 && found.length === 0 && <p class="empty">{language.t("nobody_found")}</p>}
      </aside>
      <section class="map-side" aria-label={language.t("map")}>
        <div class="map" ref={holder} />
        {map && (
          <div class="zoom">
            <button aria-label="+" onClick={() => map.zoomIn()}>+</button>
            <button aria-label="−" onClick={() => map.zoomOut()}>−</button>
          </div>
        )}
        {map && station.zones && props.me.role === "admin" && !editing &&
          <button class="edit" onClick={() => setEditing(true)}>{language.t("edit_zones")}</button>}
        {map && station.zones && editing &&
          <ZoneEditor map={map} zones={station.zones} saved={station.set_zones} close={() => setEditing(false)} />}
        {props.me.role === "guest" && <p class="guest">{language.t("guest")}</p>}
        <div class="timeline">
          <label>{language.t("track")}
            <select value={span} onChange={(event) => { setSpan(Number(event.currentTarget.value)); setBack(0); }}>
              {spans_h.map((hours) => <option value={hours}>
                {hours < 48 ? language.count("hours_n", hours) : language.count("days_n", hours / 24)}</option>)}
            </select>
          </label>
          <button onClick={() => { if (!playing && back === 0) setBack(span * 60); setPlaying(!playing); }}>
            {language.t(playing ? "pause" : "play")}</button>
          <input type="range" min={-span * 60} max={0} step={5} value={-back} aria-label={language.t("moment")}
                 aria-valuetext={back === 0 ? language.t("now") : language.when(new Date(moment))}
                 onInput={(event) => { setPlaying(false); setBack(-Number(event.currentTarget.value)); }} />
          <output>{back === 0 ? language.t("now") : language.when(new Date(moment))}</output>
        </div>
      </section>
    </div>
  );
}

function DeviceRow(props: { device: Device; chosen: boolean; alerted: boolean; choose: () => void }) {
  const language = useLanguage();
  const { device } = props;
  return (
    <li class={props.chosen ? "chosen" : ""}>
      <button onClick={props.choose} aria-pressed={props.chosen}>
        <span class="who">{props.alerted && <b class="flag" aria-label={language.t("alerts")}>!</b>}{name_of(device)}</span>
        <span class="dim">{device.last_heard ? language.t("last_heard", { when: language.ago(device.last_heard) })
          : device.position ? language.when(device.position.time) : language.t("no_position")}</span>
        {device.battery_mv != null && <span class="volts">{language.number(device.battery_mv / 1000, 2)} V</span>}
      </button>
      <a href={`#/device/${encodeURIComponent(device.device)}`} aria-label={`${language.t("details")}: ${name_of(device)}`}>›</a>
    </li>
  );
}
