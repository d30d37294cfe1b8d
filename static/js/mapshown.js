// Shows where a case lies on the district's outline; nothing can be moved. There are no tiles: there is no internet.
//
// <div data-map-shown data-outline="address of the outline" data-lat data-lng data-label hidden>; the pin is drawn from
// <template id="map-pin">.

const L = window.L;

async function start(place) {
  const answer = await fetch(place.dataset.outline);
  if (!answer.ok) return;
  const outline = await answer.json();
  place.hidden = false;
  const map = L.map(place, { attributionControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 18, scrollWheelZoom: false });
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--tblr-link-color").trim();
  const ground = L.geoJSON(outline, { interactive: false, style: { color: colour, weight: 1.5, fillOpacity: 0.08 } }).addTo(map);
  const point = [Number(place.dataset.lat), Number(place.dataset.lng)];
  // A point that was taken wrongly lies outside: it is shown all the same.
  map.fitBounds(ground.getBounds().extend(point), { padding: [12, 12] });
  L.control.scale({ imperial: false }).addTo(map);
  const icon = L.divIcon({
    className: "point-pin", html: document.getElementById("map-pin").innerHTML, iconSize: [32, 32], iconAnchor: [16, 30],
  });
  L.marker(point, { icon, interactive: false, keyboard: false, alt: place.dataset.label }).addTo(map);
}

document.querySelectorAll("[data-map-shown]").forEach(start);
