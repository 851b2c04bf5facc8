// A map without a network: Natural Earth's countries (public domain; npm's world-atlas), and zones.
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import world_url from "world-atlas/countries-50m.json?url";

export function make_map(where: HTMLElement): L.Map {
  const map = L.map(where, { zoomControl: false, attributionControl: false, minZoom: 2, maxZoom: 18,
                             worldCopyJump: true, preferCanvas: false });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.createPane("ground").style.zIndex = "150";
  map.createPane("zones").style.zIndex = "350";
  map.setView([5, 15], 3);
  void add_ground(map);
  return map;
}

async function add_ground(map: L.Map) {
  const topology: Topology<{ land: GeometryCollection; countries: GeometryCollection }> =
    await (await fetch(world_url)).json();
  const look = { pane: "ground", interactive: false, renderer: L.canvas({ pane: "ground", padding: 0.5 }) };
  const land = L.geoJSON(feature(topology, topology.objects.land), { ...look, style: { stroke: false } });
  const borders = L.geoJSON(mesh(topology, topology.objects.countries, (a, b) => a !== b), look);
  const names = L.layerGroup();
  for (const one of feature(topology, topology.objects.countries).features) {
    const middle = L.geoJSON(one).getBounds().getCenter();
    const name = String((one.properties as { name?: string }).name ?? "");
    L.marker(middle, { pane: "ground", interactive: false, keyboard: false,
                       icon: L.divIcon({ className: "country", html: "", iconSize: [0, 0] }) })
      .on("add", (event) => { (event.target as L.Marker).getElement()!.textContent = name; })
      .addTo(names);
  }
  const paint = () => {
    const style = getComputedStyle(document.documentElement);
    land.setStyle({ fillColor: style.getPropertyValue("--land").trim(), fillOpacity: 1 });
    borders.setStyle({ color: style.getPropertyValue("--border").trim(), weight: 1 });
  };
  const name_countries = () => {
    const shown = map.getZoom() >= 4 && map.getZoom() <= 7;
    if (shown && !map.hasLayer(names)) names.addTo(map);
    if (!shown && map.hasLayer(names)) names.remove();
  };
  paint();
  land.addTo(map);
  borders.addTo(map);
  name_countries();
  map.on("zoomend", name_countries);
  document.addEventListener("sengi:theme", paint);
}
