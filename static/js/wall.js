// The wall screen: fetches its panels every few seconds and puts each in the place of the one before, so that nothing
// ever piles up, however long it hangs. One map, one canvas of points, one chart: they are drawn anew, never made anew.
//
// Without the network it says so, with the time of the last good figures; its clocks run on by the server's time
// (clock.js). It tries again for ever and recovers by itself.

import { ground, inkOf } from "./ground.js";

const L = window.L;
const EVERY_MS = 4000;
const PATIENCE_MS = 8000;
const wall = document.querySelector("[data-wall]");
const areas = JSON.parse(document.getElementById("wall-areas").textContent);
const state = wall.querySelector(".wall-live");
const pause = wall.querySelector("[data-pause]");

let place = Math.max(0, areas.findIndex((area) => area.code === wall.querySelector("[data-area][aria-current]")?.dataset.area));
let shown = 0;
let lastGood = null;
let drawnFor = null;
let drawnFigures = null;

// --- the map ------------------------------------------------------------------------------------------------------

const Points = L.Layer.extend({
  rows: [],
  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "", map.getPane("markerPane"));
    map.on("moveend resize", this.paint, this);
    this.paint();
  },
  set(rows) {
    this.rows = rows;
    this.paint();
  },
  // The most urgent come last, and so lie on top; what is overdue has a ring.
  paint() {
    const { canvas, _map: map } = this;
    const { x: width, y: height } = map.getSize();
    const sharp = window.devicePixelRatio || 1;
    if (canvas.width !== width * sharp || canvas.height !== height * sharp) {
      Object.assign(canvas, { width: width * sharp, height: height * sharp });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const brush = canvas.getContext("2d");
    brush.setTransform(sharp, 0, 0, sharp, 0, 0);
    brush.clearRect(0, 0, width, height);
    const unit = Math.max(3, width / 180);
    const inks = { late: "--late-bar", soon: "--warn-bar", half: "--warn-bar", ok: "--ok-bar", paused: "--rest-bar", "": "--rest-bar" };
    for (const tone of Object.keys(inks)) inks[tone] = inkOf(inks[tone], wall);
    for (const [lat, lng, count, tone] of this.rows) {
      const { x, y } = map.latLngToContainerPoint([lat, lng]);
      const size = unit * (tone === "late" ? 1.5 : 1) * (1 + Math.min(1.5, Math.log10(count)));
      if (tone === "late") disc(brush, x, y, size * 1.9, inks[tone], 0.25);
      disc(brush, x, y, size, inks[tone], 0.95);
    }
  },
});

function disc(brush, x, y, size, ink, strength) {
  brush.globalAlpha = strength;
  brush.fillStyle = ink;
  brush.beginPath();
  brush.arc(x, y, size, 0, 2 * Math.PI);
  brush.fill();
}

const outlines = new Map();

// An area's outline: of a street without one, its district's.
async function outlineOf(area) {
  if (!outlines.has(area.outlines)) {
    const answer = await fetch(area.outlines);
    if (!answer.ok || answer.redirected) return [];
    outlines.set(area.outlines, (await answer.json()).features);
  }
  const features = outlines.get(area.outlines);
  const own = features.filter((feature) => feature.properties.code === area.code);
  return own.length ? own : features.slice(0, 1);
}

const { map, outline } = ground(wall.querySelector("[data-wall-map]"), { type: "FeatureCollection", features: [] }, {
  zoomControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false,
  touchZoom: false, zoomSnap: 0, minZoom: 3, fadeAnimation: false, zoomAnimation: false,
});
map.setView([35, 105], 4);
outline.options.style = { color: "#3b78c9", fillColor: "#1b4a8a", fillOpacity: 0.3, weight: 1.5 };
const points = new Points().addTo(map);

async function draw({ area: code, points: rows, chart }) {
  if (code !== drawnFor) {
    const features = await outlineOf(areas.find((area) => area.code === code)).catch(() => []);
    outline.clearLayers();
    outline.addData({ type: "FeatureCollection", features });
    const seen = boundsOf(rows, outline.getBounds());
    if (seen.isValid()) map.fitBounds(seen, { padding: [24, 48], animate: false, maxZoom: 14 });
    // An outline that did not come is asked for again with the next figures.
    drawnFor = features.length ? code : null;
  }
  points.set(rows);
  const figures = JSON.stringify(chart);
  if (figures === drawnFigures) return;
  drawnFigures = figures;
  wall.querySelector("[data-chart]").dispatchEvent(new CustomEvent("chart:renew", { bubbles: true, detail: chart }));
}

// Where anything is open, within the outline: one point that was taken wrongly makes nobody's map small.
function boundsOf(rows, ground) {
  const seen = L.latLngBounds(rows.map(([lat, lng]) => [lat, lng]).filter((point) => !ground.isValid() || ground.contains(point)));
  if (!seen.isValid()) return ground;
  return seen.pad(0.15);
}

// --- the panels ---------------------------------------------------------------------------------------------------

function put(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  for (const panel of answer.querySelectorAll("[data-panel]")) {
    const there = wall.querySelector(`[data-panel="${panel.dataset.panel}"]`);
    if (panel.dataset.panel === "news") {
      const first = (list) => list.querySelector("li")?.textContent.trim();
      panel.classList.toggle("is-new", first(panel) !== first(there));
    }
    there.replaceWith(document.adoptNode(panel));
  }
  return JSON.parse(document.getElementById("wall-data").textContent);
}

function say(word, name) {
  const sentence = word.replace("{time}", lastGood ?? "–");
  const there = state.querySelector("[data-state-word]");
  if (there.textContent !== sentence) there.textContent = sentence;
  state.dataset.state = name;
}

// Fetches the panels of the area whose turn it is; true when they came. Never throws because of the network.
export async function refresh() {
  const area = areas[place];
  const answer = await fetch(`${wall.dataset.page}?area=${area.code}`, {
    headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS),
  }).catch(() => null);
  const text = await answer?.text().catch(() => null);
  if (!answer?.ok || text == null || !text.includes("data-panel")) {
    const out = answer && (answer.redirected || [401, 403].includes(answer.status));
    say(out ? wall.dataset.loggedOut : wall.dataset.offline, "lost");
    return false;
  }
  const now = answer.headers.get("X-Server-Time");
  document.dispatchEvent(new CustomEvent("server:time", { detail: now }));
  lastGood = new Date(now).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
  await draw(put(text));
  name(area);
  say(wall.dataset.live, "live");
  return true;
}

function name(area) {
  wall.querySelector("[data-area-name]").textContent = area.name;
  for (const link of wall.querySelectorAll("[data-area]")) {
    if (link.dataset.area === area.code) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// --- going round --------------------------------------------------------------------------------------------------

const paused = () => !pause || pause.getAttribute("aria-pressed") === "true";

function address() {
  const given = new URLSearchParams(location.search);
  given.set("area", areas[place].code);
  if (pause && paused()) given.set("pause", "1");
  else given.delete("pause");
  history.replaceState(null, "", `?${given}`);
}

function turn(steps) {
  place = (place + steps + areas.length) % areas.length;
  shown = 0;
  address();
  return refresh();
}

let under = null;

async function round() {
  if (under) return;
  shown += EVERY_MS / 1000;
  under = !paused() && shown >= Number(wall.dataset.every) ? turn(1) : refresh();
  try { await under; } finally { under = null; }
}

function press(button) {
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  shown = 0;
  address();
}

function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else wall.requestFullscreen();
}

const full = wall.querySelector("[data-full]");
if (wall.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", fill);
}
if (pause) {
  pause.hidden = false;
  pause.addEventListener("click", () => press(pause));
}
for (const link of wall.querySelectorAll("[data-area]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    turn(areas.findIndex((area) => area.code === link.dataset.area) - place);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("button, a")) return;
  if (event.key === "f" || event.key === "F") fill();
  if (event.key === " " && pause) { event.preventDefault(); press(pause); }
  if (event.key === "ArrowRight") turn(1);
  if (event.key === "ArrowLeft") turn(-1);
});
new ResizeObserver(() => { map.invalidateSize(); drawnFor = null; }).observe(wall.querySelector("[data-wall-map]"));

under = refresh().finally(() => { under = null; });
setInterval(round, EVERY_MS);
// A hint of the live stream does not wait for the next round.
document.addEventListener("live:hints", () => { under ??= refresh().finally(() => { under = null; }); });
