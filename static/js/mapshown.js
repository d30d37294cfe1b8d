// Shows where a case lies on the map of its district; nothing can be moved.
//
// <div data-map-shown data-outline="address of the outline" data-lat data-lng data-label hidden>; the pin is drawn from
// <template id="map-pin">.

import { ground } from "./ground.js";

const L = window.L;

async function start(place) {
  const answer = await fetch(place.dataset.outline);
  if (!answer.ok) return;
  const outline = await answer.json();
  place.hidden = false;
  const { map, bounds } = ground(place, outline, { scrollWheelZoom: false });
  const point = [Number(place.dataset.lat), Number(place.dataset.lng)];
  // A point that was taken wrongly lies outside: it is shown all the same.
  map.fitBounds(bounds.extend(point), { padding: [12, 12] });
  const icon = L.divIcon({
    className: "point-pin", html: document.getElementById("map-pin").innerHTML, iconSize: [32, 32], iconAnchor: [16, 30],
  });
  L.marker(point, { icon, interactive: false, keyboard: false, alt: place.dataset.label }).addTo(map);
}

document.querySelectorAll("[data-map-shown]").forEach(start);
