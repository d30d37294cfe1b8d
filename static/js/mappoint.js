// Picks a point on the map of a district: its outline, and a pin.
//
// <div data-map-point data-outline="address of the outline" data-lat="id of an input" data-lng="id of an input">
// holds [data-map], [data-said] (sentences about the point), [data-here] (take this device's position) and [data-pin] (a template with the pin's drawing).

// With data-where="address" the community of a point is asked for: it is chosen in the page's area picker where nothing
// is chosen yet, and offered where something else is. An area that is chosen moves the map.

// Leaflet is heavier than all the rest of a page and is loaded once the map comes near: a phone in the street need not
// wait for it. Its addresses are data-leaflet and data-leaflet-css.

import { ground } from "./ground.js";

let loading;
function leaflet({ leaflet: script, leafletCss: css }) {
  loading ??= new Promise((done, fail) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: css });
    const tag = Object.assign(document.createElement("script"), { src: script, onload: () => done(window.L), onerror: fail });
    document.head.append(style, tag);
  });
  return loading;
}

// Metres; farther off, a position is no place.
const ROUGH = 100;

async function start(box) {
  const lat = document.getElementById(box.dataset.lat);
  const lng = document.getElementById(box.dataset.lng);
  const [L, answer] = await Promise.all([leaflet(box.dataset), fetch(box.dataset.outline)]);
  // Without an outline there is no map; latitude and longitude can still be typed.
  if (!answer.ok) return;
  const outline = await answer.json();
  box.querySelector("[data-with-scripts]").hidden = false;
  const place = box.querySelector("[data-map]");
  const { map, bounds } = ground(place, outline);
  map.fitBounds(bounds, { padding: [12, 12] });
  const icon = L.divIcon({
    className: "point-pin", html: box.querySelector("[data-pin]").innerHTML, iconSize: [32, 32], iconAnchor: [16, 30],
  });
  let pin = null;

  function put(point, { tell = true, zoom = false } = {}) {
    if (!pin) {
      pin = L.marker(point, { icon, draggable: true, alt: box.dataset.pinLabel }).addTo(map);
      // A drawn icon, unlike a picture, has no place for `alt`.
      pin.getElement().setAttribute("aria-label", box.dataset.pinLabel);
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
    if (Number.isFinite(point.lat) && Number.isFinite(point.lng)) put(L.latLng(point), { tell: false, zoom: Boolean(pin) && !map.getBounds().contains(point) });
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
  const said = box.querySelector("[data-said]");
  const picker = document.querySelector("[data-picker]");
  const words = box.dataset;

  function say(...sentences) {
    said.replaceChildren(...sentences.filter(Boolean).map((sentence) => {
      const line = document.createElement("p");
      line.append(...[sentence].flat());
      return line;
    }));
  }

  async function ask(query) {
    const answer = await fetch(`${words.where}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.json() : null;
  }

  // Two clicks in a row: the later one wins, whichever answer comes first.
  let turn = 0;
  async function find(rough = "") {
    if (!words.where) return;
    const mine = ++turn;
    const found = await ask({ lat: lat.value, lng: lng.value });
    if (!found || mine !== turn) { say(rough); return; }
    const lines = [rough, ...found.sentences];
    const chosen = picker?.querySelector("select[name]").value ?? "";
    if (found.area && picker && !chosen.startsWith(found.area.code)) {
      const choose = () => picker.dispatchEvent(new CustomEvent("area:take", { detail: { code: found.area.code } }));
      const where = (found.sure ? words.lies : words.near).replace("{area}", found.area.name);
      if (chosen.length < 12) { choose(); lines.push(where); }
      else {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm ms-2";
        button.textContent = words.take.replace("{area}", found.area.name);
        button.addEventListener("click", () => { choose(); button.remove(); });
        lines.push([where, button]);
      }
    }
    say(...lines);
  }

  box.addEventListener("point:picked", () => find());
  for (const input of [lat, lng]) input.addEventListener("change", () => lat.value && lng.value && find());
  document.addEventListener("area:picked", async ({ detail }) => {
    if (!words.where || pin || (detail.lat && detail.lng) || !detail.code) return;
    const found = await ask({ area: detail.code });
    if (found?.point) map.setView(found.point, 15);
  });
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const point = L.latLng(coords.latitude, coords.longitude);
          put(point, { zoom: true });
          if (coords.accuracy > ROUGH) find(words.rough.replace("{metres}", Math.round(coords.accuracy)));
        },
        (error) => { say(error.code === error.PERMISSION_DENIED ? words.refused : here.dataset.failed); },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }
}

const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    // Without a network there is no map; latitude and longitude can still be typed.
    start(target).catch(() => {});
  }
}, { rootMargin: "300px" });
document.querySelectorAll("[data-map-point]").forEach((box) => near.observe(box));
