// Keeps the open page as the server has it: on a hint it asks its own address again and takes over what has changed,
// without losing the focus, the scroll, what is open and what is being typed.
//
// <main data-live="* or whistle:530102-… …"> is what refreshes, and on which hints; [data-live-keep] in it stays as it is.
// A page without one keeps only its frame: the figures beside the navigation, and the bell.

const SETTLE_MS = 150;
const SPREAD_MS = 250;
const APART_MS = 1500;
const POLL_MS = 20000;
const TEXT = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";

const meta = document.querySelector('meta[name="live"]');
const { Idiomorph, LiveLink } = window;

// --- what the server said of each region and form, before scripts changed it -------------------------------------------

// Keys, tokens and readings differ each time without anything having changed.
const VOLATILE = [
  [/(name="idempotency_key"[^>]*value=|name="csrfmiddlewaretoken"[^>]*value=)"[^"]*"/g, "$1"],
  [/data-(share|at|tone)="[^"]*"|class="[^"]*tone-[^"]*"/g, ""],
  [/<progress[^>]*>/g, ""],
  [/\s+/g, " "],
];

function said(element) {
  const copy = element.cloneNode(true);
  for (const ticking of copy.querySelectorAll("[data-clock-text], [data-clock-word], [data-age]")) ticking.textContent = "";
  for (const use of copy.querySelectorAll("[data-clock] use")) use.remove();
  return VOLATILE.reduce((text, [pattern, by]) => text.replace(pattern, by), copy.outerHTML);
}

const forms = new WeakMap();
const regions = new Map();

function note(root) {
  for (const form of root.querySelectorAll("form")) forms.set(form, said(form));
}

const shown = () => [...document.querySelectorAll("[data-live]")];
for (const region of shown()) { regions.set(region.id, said(region)); note(region); }

// --- what must not be disturbed ------------------------------------------------------------------------------------

function dirty(field) {
  if (field.type === "hidden" || field.disabled) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (field.tagName === "SELECT") {
    const options = [...field.options];
    const given = options.some((option) => option.defaultSelected);
    return options.some((option, at) => option.selected !== (given || field.multiple ? option.defaultSelected : at === 0));
  }
  return "defaultValue" in field && field.value !== field.defaultValue;
}

function busy(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  const active = document.activeElement;
  if (active && node.contains(active) && active.matches(TEXT)) return true;
  if (node.matches("dialog[open]") || node.querySelector("dialog[open]")) return true;
  const inside = node.matches("form") ? [node] : [...node.querySelectorAll("form")];
  return inside.some((form) => "sent" in form.dataset || [...form.elements].some(dirty));
}

const keeps = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches("[data-live-keep]") || node.querySelector("[data-live-keep]"));

// --- taking over ---------------------------------------------------------------------------------------------------

// Rows are known by what they lead to, so that a row that moves takes its focus along.
function nameRows(root) {
  const taken = new Set();
  for (const row of root.querySelectorAll("article:not([id]), li:not([id]), tr:not([id])")) {
    const link = row.querySelector("a[href]");
    if (!link) continue;
    const list = row.parentElement.closest("[id]")?.id ?? "";
    const name = `row ${list} ${link.getAttribute("href").split("?next=")[0]}`;
    if (!taken.has(name)) row.id = name;
    taken.add(name);
  }
}

const heldBack = new Set();

function tellHeld(region, held) {
  if (held) heldBack.add(region.id);
  else heldBack.delete(region.id);
  (document.getElementById("live-held") ?? {}).hidden = !heldBack.size;
}

function take(region, fresh) {
  const now = said(fresh);
  if (regions.get(region.id) === now) return;
  if (region.dataset.liveAddress !== fresh.dataset.liveAddress && busy(region)) {
    // It shows another case now: what is typed must not stand beside that.
    tellHeld(region, true);
    return;
  }
  const next = document.importNode(fresh, true);
  note(next);
  const server = new Map([...next.querySelectorAll("form")].map((form) => [form, forms.get(form)]));
  document.dispatchEvent(new CustomEvent("live:prepare", { detail: { elt: next } }));
  nameRows(region);
  nameRows(next);
  const exchanged = [];
  const added = [];
  let held = false;
  const hold = (node) => { if (!busy(node)) return false; held = true; return true; };
  Idiomorph.morph(region, next, {
    callbacks: {
      beforeNodeMorphed(old, fresher) {
        if (old.nodeType !== Node.ELEMENT_NODE) return true;
        if (old.matches("[data-live-keep]")) return false;
        if (!old.matches("form")) return true;
        if (forms.get(old) === server.get(fresher)) return false;
        if (!hold(old)) exchanged.push([old, fresher]);
        return false;
      },
      beforeNodeRemoved: (node) => !(keeps(node) || hold(node)),
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("dialog, details")),
      afterNodeAdded: (node) => { if (node.nodeType === Node.ELEMENT_NODE) added.push(node); },
    },
  });
  for (const [old, fresher] of exchanged) {
    const form = fresher.isConnected ? fresher : document.importNode(fresher, true);
    forms.set(form, server.get(fresher));
    old.replaceWith(form);
    added.push(form);
  }
  for (const element of added) {
    if (!element.isConnected) continue;
    for (const form of element.matches("form") ? [element] : element.querySelectorAll("form")) if (!forms.has(form)) forms.set(form, said(form));
    window.htmx?.process(element);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));
  }
  regions.set(region.id, held ? null : now);
  tellHeld(region, held);
}

// The figures beside the navigation, and the bell, from any page of ours.
function takeFrame(page) {
  const ticket = page.querySelector('meta[name="live"]')?.content;
  if (ticket) { meta.content = ticket; listen(); }
  for (const name of ["side", "tabs", "menu"]) {
    const fresh = page.querySelector('[data-nav="side"]');
    for (const link of fresh ? document.querySelectorAll(`[data-nav="${name}"] a[href]`) : []) {
      const address = CSS.escape(link.getAttribute("href"));
      const count = fresh.querySelector(`a[href="${address}"] .count`);
      const old = link.querySelector(".count");
      if (old?.outerHTML === count?.outerHTML) continue;
      old?.remove();
      if (count) link.append(document.importNode(count, true));
    }
  }
  const bell = page.querySelector("[data-bell]");
  if (bell) document.dispatchEvent(new CustomEvent("live:bell", { detail: { bell } }));
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  // Where the log-in page answers, the session has ended: the next click says so.
  if (!answer?.ok || answer.redirected || answer.status === 204) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// --- when ----------------------------------------------------------------------------------------------------------

// A message is told at once, also where nobody looks; everything else waits there until somebody does.
const wanted = { page: false, frame: false, message: false };
let asked = -APART_MS;
let timer = null;
let asking = false;

function want(news) {
  for (const name of Object.keys(wanted)) wanted[name] ||= Boolean(news[name]);
  plan();
}

function plan() {
  if (timer || asking) return;
  if (!(wanted.message || (!document.hidden && (wanted.page || wanted.frame)))) return;
  timer = setTimeout(refresh, Math.max(SETTLE_MS + Math.random() * SPREAD_MS, asked + APART_MS - performance.now()));
}

function address() {
  const named = document.querySelector("[data-live-address]");
  return named ? named.dataset.liveAddress : location.pathname + location.search;
}

async function refresh() {
  timer = null;
  asking = true;
  asked = performance.now();
  const whole = wanted.page && !document.hidden;
  if (whole) wanted.page = false;
  wanted.frame = wanted.message = false;
  const page = await ask(whole ? address() : meta.dataset.frame);
  if (page) {
    takeFrame(page);
    for (const region of whole ? shown() : []) {
      const fresh = page.getElementById(region.id);
      if (fresh) take(region, fresh);
    }
  } else if (whole) {
    // Nothing new in the page itself, or nothing that could be had: the frame is asked for by itself.
    wanted.frame = true;
  }
  asking = false;
  plan();
}

const everything = () => want({ page: shown().length > 0, frame: true });

function concerns(region, hints) {
  const wants = region.dataset.live.split(" ");
  return hints.some((hint) => hint === "*" || wants.includes(hint) || (wants.includes("*") && !hint.startsWith("message")) || wants.includes(hint.replace(/!$/, "")));
}

function hear(news) {
  if ("live" in news) tellWhetherLive(news.live);
  if (!news.hints) return;
  document.dispatchEvent(new CustomEvent("live:hints", { detail: { hints: news.hints } }));
  const page = shown().some((region) => concerns(region, news.hints));
  want({ page, frame: !page, message: news.hints.some((hint) => hint.startsWith("message")) });
}

let poll = null;

function tellWhetherLive(live) {
  (document.getElementById("live-off") ?? {}).hidden = live;
  // A wall has no frame, and says by itself whether it is live.
  clearInterval(poll);
  poll = live ? null : setInterval(everything, POLL_MS);
}

function listen() {
  link.listen({ address: meta.dataset.stream, ticket: meta.content, since: meta.dataset.since, reader: meta.dataset.reader });
}

let link = null;
if (meta) {
  link = new LiveLink(document.querySelector("script[data-live-stream]").src, hear);
  listen();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(); });
  // What was held back is shown once nothing is typed in it any more.
  document.addEventListener("focusout", () => setTimeout(() => { if (heldBack.size) everything(); }, 300));
  document.getElementById("live-held")?.querySelector("button").addEventListener("click", () => location.reload());
  // Some pages show more than the record tells of.
  const every = Number(document.querySelector("[data-live-every]")?.dataset.liveEvery ?? 0);
  if (every) setInterval(() => { if (!document.hidden) everything(); }, every * 1000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { listen(); everything(); } });
}
