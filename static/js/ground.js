// The ground of every map: outlines from GeoJSON, and below them the tiles of <script id="map-tiles"> where the
// house has chosen some; without, nothing is fetched from anywhere.
//
// Positions are WGS-84 throughout. Where tiles are drawn in GCJ-02, the projection shifts what is laid upon them, so
// that nobody else has to know.

import { gcj02, wgs84 } from "./datum.js";

// Leaflet may come after this module, with the first map of a page.

function shifted(L) {
  const mercator = L.Projection.SphericalMercator;
  return L.Util.extend({}, L.CRS.EPSG3857, {
    projection: L.Util.extend({}, mercator, {
      project: ({ lat, lng }) => mercator.project(L.latLng(...gcj02(lat, lng))),
      unproject(point) {
        const there = mercator.unproject(point);
        return L.latLng(...wgs84(there.lat, there.lng));
      },
    }),
  });
}

export function inkOf(name, place = document.documentElement) {
  return getComputedStyle(place).getPropertyValue(name).trim();
}

// A map with its ground, as { map, outline, bounds }. `geometry`: whatever GeoJSON holds; `options`: of Leaflet.
export function ground(place, geometry, options = {}) {
  const { L } = window;
  const tiles = JSON.parse(document.getElementById("map-tiles")?.textContent ?? "null");
  const map = L.map(place, {
    attributionControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: tiles?.most ?? 18,
    crs: tiles?.datum === "gcj02" ? shifted(L) : L.CRS.EPSG3857, ...options,
  });
  for (const address of tiles?.layers ?? []) {
    // Some makers of tiles ask from which house a reader comes; more than that is nobody's business.
    L.tileLayer(address, { subdomains: tiles.hosts, maxZoom: tiles.most, referrerPolicy: "origin" }).addTo(map);
  }
  if (tiles?.attribution) L.control.attribution({ prefix: false }).addAttribution(escaped(tiles.attribution)).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const outline = L.geoJSON(geometry, {
    interactive: false, style: { color: inkOf("--tblr-link-color", place), weight: 1.5, fillOpacity: tiles ? 0 : 0.08 },
  }).addTo(map);
  return { map, outline, bounds: outline.getBounds() };
}

function escaped(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML;
}
