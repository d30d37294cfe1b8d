// The map of a district: marks by the most urgent clock, streets by their load, heat, and the list of what is in view.
//
// The server counts (dispatch/mapping.py), this draws. Whatever is shown stands in the address, too. A mark that stays
// the same stays on the map when it is brought up to date, with its focus and its pop-up.

import { ground, inkOf } from "./ground.js";
import { Heat } from "./mapheat.js";

const L = window.L;
const EVERY_MS = 20000;
const SETTLED_MS = 250;
const HINTED_MS = 1000;
const ICONS = { late: "alarm", soon: "hourglass-low", half: "hourglass-high", ok: "clock", paused: "clock-pause", "": "map-pin" };
const box = document.querySelector("[data-district-map]");

// What the page says when the server cannot be reached or refuses; a mistake of ours stays one.
class Refused extends Error {}

async function asked(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new Refused(box.dataset.failed);
  });
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.redirected || !type.includes("json")) throw new Refused(box.dataset.failed);
  const content = await answer.json();
  if (!answer.ok) throw new Refused(content.detail || box.dataset.failed);
  return content;
}

// --- the ground ---------------------------------------------------------------------------------------------------

async function outlines() {
  const addresses = JSON.parse(document.getElementById("map-grounds").textContent);
  const found = await Promise.all(addresses.map((address) => asked(address).catch(() => ({ features: [] }))));
  return found.flatMap((each) => each.features);
}

const STREET = 9;

function viewOf(map, bounds) {
  const [west, south, east, north] = (new URLSearchParams(location.search).get("bbox") ?? "").split(",").map(Number);
  const extent = JSON.parse(document.getElementById("map-extent").textContent);
  // A moved window has another shape: what the address names is within it.
  if (Number.isFinite(north)) return map.fitBounds([[south, west], [north, east]]);
  let seen = extent && L.latLngBounds([extent[1], extent[0]], [extent[3], extent[2]]);
  // A point that was taken wrongly, far outside, makes nobody's map small.
  if (seen && bounds.isValid() && bounds.intersects(seen)) {
    seen = L.latLngBounds(
      [Math.max(seen.getSouth(), bounds.getSouth()), Math.max(seen.getWest(), bounds.getWest())],
      [Math.min(seen.getNorth(), bounds.getNorth()), Math.min(seen.getEast(), bounds.getEast())],
    );
  }
  if (!seen && !bounds.isValid()) return map.setView([35, 105], 4);
  return map.fitBounds(seen ?? bounds, { padding: [32, 32], maxZoom: 15 });
}

// --- marks --------------------------------------------------------------------------------------------------------

function icon(name) {
  return `<svg class="icon" aria-hidden="true"><use href="${box.dataset.icons}#${name}"></use></svg>`;
}

function markOf(tone, count) {
  const many = count > 1;
  const size = many ? 36 + Math.min(28, Math.round(Math.log10(count) * 9)) : 28;
  return L.divIcon({
    className: `mark-place tone-${tone || "none"}`, iconSize: [size, size],
    html: many ? `<span class="mark mark-many">${icon(ICONS[tone])}${count}</span>` : `<span class="mark">${icon(ICONS[tone])}</span>`,
  });
}

// A mark for many is drawn towards the middle of its cell, so that neighbours do not hide one another.
const CELL = 64;
const DRAWN = 0.6;

function apart(at, zoom) {
  const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(at), zoom);
  const drawn = [x, y].map((value) => value + DRAWN * ((Math.floor(value / CELL) + 0.5) * CELL - value));
  const { lat, lng } = L.CRS.EPSG3857.pointToLatLng(L.point(drawn), zoom);
  return [lat, lng];
}

const place = ([lat, lng]) => `${lat.toFixed(6)},${lng.toFixed(6)}`;

// What must be drawn, by a key that changes whenever the drawing would.
function wanted({ cells, points }, zoom) {
  const marks = new Map();
  for (const [middleLat, middleLng, count, tone, late] of cells) {
    const [lat, lng] = apart([middleLat, middleLng], zoom);
    const label = box.dataset.many.replace("{count}", count).replace("{late}", late);
    marks.set(`${place([lat, lng])} ${count} ${tone} ${late}`, { at: [lat, lng], count, tone, label });
  }
  const spots = new Map();
  for (const point of points) {
    const spot = place([point.lat, point.lng]);
    spots.set(spot, [...(spots.get(spot) ?? []), point]);
  }
  const order = ["late", "soon", "half", "ok", "paused", ""];
  for (const [spot, here] of spots) {
    const tone = order.find((each) => here.some((point) => point.tone === each));
    const numbers = here.map((point) => point.number);
    marks.set(`${spot} ${numbers} ${tone}`, {
      at: [here[0].lat, here[0].lng], count: here.length, tone, numbers,
      label: here.map((point) => `${point.title}, ${point.state}`).join("; "),
    });
  }
  return marks;
}

class Marks {
  constructor(map) {
    this.map = map;
    this.shown = new Map();
  }

  draw(content, zoom) {
    const marks = wanted(content, zoom);
    for (const [key, marker] of this.shown) {
      if (marks.has(key)) continue;
      marker.remove();
      this.shown.delete(key);
    }
    for (const [key, mark] of marks) if (!this.shown.has(key)) this.shown.set(key, this.mark(mark));
  }

  mark({ at, count, tone, numbers, label }) {
    const marker = L.marker(at, {
      icon: markOf(tone, count), title: label, riseOnHover: true, zIndexOffset: tone === "late" ? 1000 : 0,
    });
    if (numbers) this.tell(marker, numbers);
    else marker.on("click", () => this.map.setView(at, Math.min(this.map.getZoom() + 2, this.map.getMaxZoom())));
    marker.addTo(this.map);
    marker.getElement().setAttribute("aria-label", label);
    return marker;
  }

  // A pop-up is asked for when it is opened, so that its clock is the server's of that moment.
  tell(marker, numbers) {
    const content = document.createElement("div");
    marker.bindPopup(content, {
      minWidth: 272, autoPanPaddingTopLeft: [56, 48], autoPanPaddingBottomRight: [box.clientWidth > 700 ? 176 : 12, 12],
    });
    marker.on("popupopen", async () => {
      const answer = await fetch(`${box.dataset.cards}?numbers=${numbers}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (answer?.ok && !answer.redirected) content.innerHTML = await answer.text();
      else content.textContent = box.dataset.failed;
      marker.getPopup()?.update();
    });
  }
}

// --- streets by their load ----------------------------------------------------------------------------------------

// Room that a street's name takes on the screen.
const [NAME_WIDTH, NAME_HEIGHT] = [104, 20];
// From this near on everything in view lies in the same few streets.
const NO_NAMES = 15;
// The disc that stands for a street without an outline.
const DISC = 34;

class Streets {
  constructor(map, features) {
    this.map = map;
    this.names = [];
    map.on("zoomend", () => this.part());
    this.outlines = new Map(features.map((feature) => [feature.properties.code, feature]));
    this.layer = L.layerGroup();
  }

  draw(streets) {
    this.layer.clearLayers();
    this.names = [];
    const most = Math.max(1, ...streets.map((street) => street.whistles));
    const ink = inkOf("--tblr-primary");
    for (const street of streets) {
      const style = {
        stroke: street.overdue > 0, color: inkOf("--late-bar"), weight: 1.5, dashArray: "4 3",
        fillColor: ink, fillOpacity: 0.08 + 0.52 * (street.whistles / most), interactive: false,
      };
      const outline = this.outlines.get(street.code);
      const centre = [street.lat, street.lng];
      // Where nobody has given the street an outline, a disc stands for it: an invented border would be believed.
      const shape = outline ? L.geoJSON(outline, { style, interactive: false }) : L.circleMarker(centre, { ...style, radius: DISC });
      const name = document.createElement("span");
      name.textContent = `${street.name} ${street.text}`;
      name.className = "street-sign";
      const sign = L.marker(centre, {
        interactive: false, keyboard: false, icon: L.divIcon({ className: "street-name", html: name.outerHTML, iconSize: [0, 0] }),
      });
      this.names.push(sign);
      this.layer.addLayer(shape).addLayer(sign);
    }
    this.part();
  }

  // Of names that would lie upon one another the first stays: they come with the most overdue street first.
  part() {
    const taken = [];
    const far = this.map.getZoom() < NO_NAMES;
    for (const sign of this.names) {
      const at = this.map.latLngToLayerPoint(sign.getLatLng());
      const free = far && taken.every((other) => Math.abs(other.x - at.x) > NAME_WIDTH || Math.abs(other.y - at.y) > NAME_HEIGHT);
      if (free) taken.push(at);
      sign.setOpacity(free ? 1 : 0);
    }
  }

  show(yes) {
    if (yes) this.layer.addTo(this.map);
    else this.layer.remove();
    this.part();
  }
}

// --- the page -----------------------------------------------------------------------------------------------------

async function start() {
  box.hidden = false;
  const features = await outlines();
  const { map, bounds } = ground(box.querySelector("[data-map]"), { type: "FeatureCollection", features }, { minZoom: 4 });
  viewOf(map, bounds);
  const marks = new Marks(map);
  const streets = new Streets(map, features.filter((feature) => feature.properties.level === STREET));
  const heat = new Heat();
  const said = box.querySelector("[data-said]");
  const layers = Object.fromEntries([...box.querySelectorAll("[data-layer]")].map((button) => [button.dataset.layer, button]));
  const on = (name) => layers[name].getAttribute("aria-pressed") === "true";
  let side = document.querySelector("[data-side][aria-current]").dataset.side;
  let under = null;

  function view() {
    const seen = map.getBounds();
    return [
      Math.max(seen.getWest(), -180), Math.max(seen.getSouth(), -85), Math.min(seen.getEast(), 180), Math.min(seen.getNorth(), 85),
    ].map((degrees) => degrees.toFixed(5)).join(",");
  }

  // What the page asks for, with what is in view.
  function query(more = {}) {
    const given = new URLSearchParams(location.search);
    for (const name of ["side", "zoom", "page"]) given.delete(name);
    for (const [name, value] of Object.entries({ bbox: view(), ...more })) given.set(name, value);
    return given;
  }

  function keepInTheAddress() {
    const given = query();
    for (const [name, usual] of [["shade", true], ["heat", false]]) {
      if (on(name) === usual) given.delete(name);
      else given.set(name, on(name) ? "1" : "0");
    }
    if (side === "streets") given.set("side", "streets");
    history.replaceState(null, "", `?${given}`);
    for (const link of document.querySelectorAll("[data-side]")) {
      const to = new URLSearchParams(given);
      if (link.dataset.side === "streets") to.set("side", "streets");
      else to.delete("side");
      link.href = `?${to}`;
    }
    const form = document.querySelector(".map-bar form");
    for (const name of ["bbox", "heat", "shade", "side"]) {
      let field = form.querySelector(`[type=hidden][name=${name}]`);
      if (!given.has(name)) { field?.remove(); continue; }
      if (!field) { field = Object.assign(document.createElement("input"), { type: "hidden", name }); form.append(field); }
      field.value = given.get(name);
    }
  }

  function rows() {
    const given = query(side === "streets" ? { side } : {});
    // The load of the streets is the same wherever the map looks.
    if (side === "streets") given.delete("bbox");
    window.htmx?.ajax("GET", `${box.dataset.page}?${given}`, { target: "#map-side", swap: "innerHTML" });
  }

  async function refreshStreets() {
    streets.show(on("shade"));
    if (!on("shade")) return;
    const given = query();
    given.delete("bbox");
    streets.draw((await asked(`${box.dataset.streets}?${given}`)).streets);
  }

  async function refreshMarks(signal) {
    const zoom = Math.round(map.getZoom());
    const found = await asked(`${box.dataset.points}?${query({ zoom, heat: 0 })}`, signal);
    marks.draw(found, zoom);
    document.querySelector("[data-total]").textContent = found.total;
    if (on("heat")) heat.set((await asked(`${box.dataset.points}?${query({ zoom, heat: 1 })}`, signal)).heat);
    if (on("heat")) heat.addTo(map);
    else heat.remove();
  }

  // Everything anew, by the rights of this moment. `all`: the streets, too, which do not change with the view.
  // `rest`: nobody asked, so a list in which somebody stands with the keyboard stays as it is. `first`: the page has
  // just brought the list.
  async function refresh({ all = true, rest = false, first = false } = {}) {
    under?.abort();
    under = new AbortController();
    const { signal } = under;
    try {
      const stay = rest && document.getElementById("map-side").contains(document.activeElement);
      if (!stay && !first) rows();
      await Promise.all([refreshMarks(signal), all ? refreshStreets() : null]);
      said.textContent = "";
    } catch (error) {
      if (error instanceof Refused) said.textContent = error.message;
      else if (!signal.aborted) throw error;
    }
  }

  for (const [name, button] of Object.entries(layers)) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(!on(name)));
      legend();
      keepInTheAddress();
      refresh();
    });
  }
  function legend() {
    for (const part of box.querySelectorAll("[data-legend]")) part.hidden = !on(part.dataset.legend);
  }
  for (const link of document.querySelectorAll("[data-side]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      side = link.dataset.side;
      for (const other of document.querySelectorAll("[data-side]")) {
        if (other === link) other.setAttribute("aria-current", "page");
        else other.removeAttribute("aria-current");
      }
      keepInTheAddress();
      rows();
    });
  }
  let [moved, seen] = [null, view()];
  map.on("moveend", () => {
    clearTimeout(moved);
    moved = setTimeout(() => {
      if (view() === seen) return;
      seen = view();
      keepInTheAddress();
      refresh({ all: false });
    }, SETTLED_MS);
  });
  new ResizeObserver(() => map.invalidateSize()).observe(box);
  new MutationObserver(() => refresh()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  setInterval(() => { if (!document.hidden) refresh({ rest: true }); }, EVERY_MS);
  // Something changed that this reader may see; a storm of changes costs no more than one look a second.
  let hinted = null;
  document.addEventListener("live:hints", () => {
    hinted ??= setTimeout(() => { hinted = null; if (!document.hidden) refresh({ rest: true }); }, HINTED_MS);
  });
  legend();
  keepInTheAddress();
  await refresh({ first: true });
}

if (box) start();
