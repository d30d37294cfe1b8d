// Carries on every clock of the page, second by second, against the server's time.
//
// The PC's clock is never asked what time it is: it may be wrong by minutes. The page says what time the server had
// when it answered (<meta name="server-time">), and performance.now() says how long ago that was.
//
// A clock: <… data-clock data-due="ISO" data-share="62.5" data-at="ISO" class="tone-half"> with [data-clock-text],
// [data-clock-word] and <progress data-share-bar> inside; a card that wears its tone carries [data-clock-edge].
// data-share is the share of the time used at data-at as the server reckons it (nights and holidays left out);
// from there on it grows evenly until it is 100 at the due moment.

const words = JSON.parse(document.getElementById("clock-words")?.textContent ?? "null");
const TICKING = ["ok", "half", "soon", "late"];
const ASLEEP_MS = 1500;
const DAY_MS = 86400000;

let base = null;

function start() {
  const stamp = document.querySelector('meta[name="server-time"]')?.content;
  if (!stamp) return;
  const mono = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  base = { server: Date.parse(stamp), mono, wall: Date.now() - (performance.now() - mono) };
}

export function serverNow() {
  return base.server + (performance.now() - base.mono);
}

// performance.now() may stand still while the machine sleeps. Then the two local clocks have drifted apart, and the
// server is asked again; its Date header is cut to seconds, so half a second is the fairest guess.
async function awake() {
  const drift = Math.abs(Date.now() - base.wall - (performance.now() - base.mono));
  if (drift < ASLEEP_MS) return;
  base.wall = Date.now() - (performance.now() - base.mono);
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  const date = answer?.headers.get("Date");
  if (date) base = { server: Date.parse(date) + 500, mono: performance.now(), wall: Date.now() };
}

export function span(milliseconds) {
  const whole = Math.floor(Math.abs(milliseconds) / 1000);
  const s = whole % 60;
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600) % 24;
  const d = Math.floor(whole / 86400);
  const two = (figure) => String(figure).padStart(2, "0");
  const pattern = words.spans[d ? "days" : whole >= 3600 ? "hours" : whole >= 60 ? "minutes" : "seconds"];
  const parts = { d, h, m, s, mm: two(m), ss: two(s) };
  return pattern.replace(/\{(\w+)\}/g, (_whole, part) => parts[part]);
}

// “11:52”, “3:05:09”; days in words.
export function digits(milliseconds) {
  const whole = Math.floor(Math.abs(milliseconds) / 1000);
  if (whole >= 86400) return span(milliseconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (figure) => String(figure).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function toneOf(left, share) {
  if (left < 0) return "late";
  if (share >= words.nearly) return "soon";
  return share >= words.half ? "half" : "ok";
}

function wear(element, tone) {
  for (const other of TICKING) element.classList.toggle(`tone-${other}`, other === tone);
}

function tick(clock, now) {
  const due = Date.parse(clock.dataset.due);
  const from = Date.parse(clock.dataset.at);
  const known = Number(clock.dataset.share);
  const left = due - now;
  const share = left <= 0 || due <= from ? 100 : known + (100 - known) * Math.max(0, (now - from) / (due - from));
  // Up to the second in which it falls due it reads "0 left", and not "0 overdue".
  const inDigits = "digits" in clock.dataset;
  const time = inDigits ? digits(left) : span(left);
  const running = inDigits && left < DAY_MS ? time : words.left.replace("%(span)s", time);
  const text = left < 0 ? words.overdue.replace("%(span)s", time) : running;
  const textPlace = clock.querySelector("[data-clock-text]");
  if (textPlace && textPlace.textContent !== text) textPlace.textContent = text;
  const bar = clock.querySelector("[data-share-bar]");
  if (bar) bar.value = Math.min(share, 100);
  const tone = toneOf(left, share);
  if (clock.classList.contains(`tone-${tone}`)) return;
  wear(clock, tone);
  const edge = clock.closest("[data-clock-edge]");
  if (edge) wear(edge, tone);
  const word = clock.querySelector("[data-clock-word]");
  if (word) word.textContent = words.looks[tone].word;
  const icon = clock.querySelector(".clock-time use");
  if (icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${words.looks[tone].icon}`));
}

function tickAll() {
  const now = serverNow();
  // The style page shows clocks in the other language, which this page has no words for.
  for (const clock of document.querySelectorAll("[data-clock]:not([data-clocks-rest] *)")) tick(clock, now);
  const time = new Date(now).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
  for (const place of document.querySelectorAll("[data-server-clock]")) place.textContent = time;
  // Just after the next whole second of the server.
  setTimeout(tickAll, 1005 - (now % 1000));
}

// A page that hangs for days is told the server's time with all it fetches.
document.addEventListener("server:time", ({ detail }) => {
  const server = Date.parse(detail);
  if (base && Number.isFinite(server)) base = { server, mono: performance.now(), wall: Date.now() };
});

start();
if (base && words) {
  tickAll();
  setInterval(awake, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) awake(); });
}
