// Picks a point on an outline map. There are no tiles, because there is no internet: the district's outline, drawn
// from GeoJSON, and a pin.
//
// <div data-map-point data-outline="address of the outline" data-lat="id of an input" data-lng="id of an input">
// holds [data-map], [data-here] (take this device's position) and [data-pin] (a template with the pin's drawing).

const L = window.L;

async function start(box) {
  const lat = document.getElementById(box.dataset.lat);
  const lng = document.getElementById(box.dataset.lng);
  const answer = await fetch(box.dataset.outline);
  // Without an outline there is no map; latitude and longitude can still be typed.
  if (!answer.ok) return;
  const outline = await answer.json();
  box.querySelector("[data-with-scripts]").hidden = false;
  const place = box.querySelector("[data-map]");
  const style = getComputedStyle(document.documentElement);
  const map = L.map(place, { attributionControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 18 });
  const ground = L.geoJSON(outline, {
    interactive: false,
    style: { color: style.getPropertyValue("--tblr-link-color").trim(), weight: 1.5, fillOpacity: 0.08 },
  }).addTo(map);
  map.fitBounds(ground.getBounds(), { padding: [12, 12] });
  L.control.scale({ imperial: false }).addTo(map);
  const icon = L.divIcon({
    className: "point-pin", html: box.querySelector("[data-pin]").innerHTML, iconSize: [32, 32], iconAnchor: [16, 30],
  });
  let pin = null;

  function put(point, { tell = true, zoom = false } = {}) {
    if (!pin) {
      pin = L.marker(point, { icon, draggable: true, alt: box.dataset.pinLabel }).addTo(map);
      pin.on("dragend", () => put(pin.getLatLng()));
    }
    pin.setLatLng(point);
    if (zoom) map.setView(point, Math.max(map.getZoom(), 15));
    if (!tell) return;
    lat.value = point.lat.toFixed(6);
    lng.value = point.lng.toFixed(6);
    for (const input of [lat, lng]) input.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new CustomEvent("point:picked", { bubbles: true, detail: { lat: point.lat, lng: point.lng } }));
  }

  function typed() {
    if (lat.value === "" || lng.value === "") return;
    const point = { lat: Number(lat.value), lng: Number(lng.value) };
    if (Number.isFinite(point.lat) && Number.isFinite(point.lng)) put(L.latLng(point), { tell: false });
  }

  map.on("click", (event) => put(event.latlng));
  for (const input of [lat, lng]) input.addEventListener("change", typed);
  typed();
  // A map that is first shown inside a dialog has no size until then.
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  document.addEventListener("area:picked", (event) => {
    const { lat: areaLat, lng: areaLng } = event.detail;
    if (areaLat && areaLng) map.setView([areaLat, areaLng], 15);
  });
  const here = box.querySelector("[data-here]");
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => put(L.latLng(coords.latitude, coords.longitude), { zoom: true }),
        () => { here.textContent = here.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }
}

document.querySelectorAll("[data-map-point]").forEach(start);
