// The bell: opens the latest unread messages in place, rings for emergencies, and tells by the browser's notifications
// where the reader has asked for them. Without this script it is a link to the messages.

const meta = document.querySelector('meta[name="live"]');
const bell = document.querySelector("a[data-bell]");
const panel = document.getElementById("bell-panel");
const MUTE = `bell-mute:${meta?.dataset.reader}`;
const RANG = "bell-rang";
const NOTIFIED = `bell-notified:${meta?.dataset.reader}`;

// A browser that forbids storage rings in each tab, and remembers no choice.
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* chosen for this page only */ } };

// --- the panel -----------------------------------------------------------------------------------------------------

async function latest() {
  const answer = await fetch(bell.dataset.latest, { cache: "no-store" }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

function showChoices() {
  panel.querySelector("[data-bell-sound]").setAttribute("aria-pressed", String(kept(MUTE) !== "1"));
  document.dispatchEvent(new CustomEvent("bell:shown"));
  // Where this browser can be notified by its push service, that asks for more.
  const ask = panel.querySelector("[data-bell-ask]");
  if (!ask) return;
  ask.hidden = !("Notification" in window) || Notification.permission !== "default";
}

function shut() {
  if (panel.hidden) return;
  panel.hidden = true;
  bell.setAttribute("aria-expanded", "false");
}

async function open() {
  const html = await latest();
  if (html === null) { location.href = bell.href; return; }
  panel.innerHTML = html;
  showChoices();
  panel.hidden = false;
  bell.setAttribute("aria-expanded", "true");
  panel.querySelector("a, button")?.focus();
}

// --- sound ---------------------------------------------------------------------------------------------------------

let audio = null;

// Browsers let a page sound only once its reader has touched it; before that it stays silent.
document.addEventListener("pointerdown", () => { audio ??= window.AudioContext ? new AudioContext() : null; audio?.resume(); }, { once: true });

function ring() {
  if (kept(MUTE) === "1" || audio?.state !== "running") return;
  // One tab rings for all of them.
  if (Date.now() - Number(kept(RANG) ?? 0) < 3000) return;
  keep(RANG, Date.now());
  for (const [at, pitch] of [[0, 880], [0.22, 1175], [0.44, 880]]) {
    const from = audio.currentTime + at;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.25, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.21);
  }
}

// --- notifications -------------------------------------------------------------------------------------------------

async function notify() {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  const html = await latest();
  if (html === null) return;
  const lines = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-message]")];
  const told = Number(kept(NOTIFIED) ?? 0);
  const fresh = lines.filter((line) => Number(line.dataset.message) > told);
  if (!fresh.length) return;
  keep(NOTIFIED, fresh[0].dataset.message);
  // What had gathered before the first notification is not told one by one.
  for (const line of told ? fresh.reverse() : fresh.slice(0, 1)) {
    const said = [...line.querySelectorAll(".what, .quiet, .note")].filter((part) => part.tagName === "SPAN").map((part) => part.textContent.trim());
    // The tag keeps several tabs from telling the same twice. Phones let only service workers notify.
    try {
      const notice = new Notification(said[0], { body: said.slice(1).join("\n"), tag: `messages-${line.dataset.message}` });
      const to = line.querySelector("a").href;
      notice.onclick = () => { window.focus(); location.href = to; notice.close(); };
    } catch { return; }
  }
}

// --- all of it -----------------------------------------------------------------------------------------------------

if (bell && panel) {
  bell.setAttribute("aria-haspopup", "true");
  bell.setAttribute("aria-expanded", "false");
  bell.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (panel.hidden) open();
    else shut();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) { shut(); bell.focus(); }
  });
  document.addEventListener("click", (event) => {
    const sound = event.target.closest("[data-bell-sound]");
    if (sound) { keep(MUTE, kept(MUTE) === "1" ? "" : "1"); showChoices(); return; }
    if (event.target.closest("[data-bell-ask]")) { Notification.requestPermission().then(showChoices); return; }
    if (!panel.contains(event.target) && !bell.contains(event.target)) shut();
  });
  document.addEventListener("live:bell", ({ detail }) => {
    const fresh = detail.bell.querySelector("[data-unread]");
    const old = bell.querySelector("[data-unread]");
    if (old?.textContent === fresh?.textContent) return;
    old?.remove();
    if (fresh) bell.append(document.importNode(fresh, true));
  });
  document.addEventListener("live:hints", ({ detail }) => {
    if (detail.hints.includes("message!")) ring();
    if (detail.hints.some((hint) => hint.startsWith("message"))) notify();
  });
}
