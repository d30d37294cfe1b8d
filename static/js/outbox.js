// Acts made without a network. <form data-offline="what it is"> is kept on this phone (IndexedDB) when the server cannot
// be reached, with the phone's time, its own idempotency key and the person it is of; it is sent when the network is
// back, or by a button, and only as that person. #outbox-strip counts what waits, [data-outbox] lists it.

const STORE = "acts";
const WHOSE = "outbox:person";
const PROBE = 5000;
const ANSWER = 60000;
const DAY = 24 * 3600 * 1000;

// --- what is kept ---------------------------------------------------------------------------------

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(mode, work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

const all = async () => (await within("readonly", (store) => store.getAll())).sort((a, b) => a.at.localeCompare(b.at));
const put = (act) => within("readwrite", (store) => store.put(act));
const drop = (key) => within("readwrite", (store) => store.delete(key));

// --- whose ----------------------------------------------------------------------------------------

const page = document.body.dataset.person;
if (page) localStorage.setItem(WHOSE, page);
const whose = () => page || localStorage.getItem(WHOSE) || "";

document.addEventListener("submit", (event) => {
  if ("forget" in event.target.dataset) localStorage.removeItem(WHOSE);
});

// --- whether the server is there -------------------------------------------------------------------

async function ask(address, options, span) {
  const stop = new AbortController();
  const wait = setTimeout(() => stop.abort(), span);
  try {
    return await fetch(address, { ...options, signal: stop.signal });
  } finally {
    clearTimeout(wait);
  }
}

// "offline", "ended" (nobody is logged in any more), or {person, token}.
async function reached() {
  try {
    const answer = await ask("/phone/", { redirect: "manual", headers: { Accept: "application/json" } }, PROBE);
    if (answer.type === "opaqueredirect") return "ended";
    return answer.ok ? await answer.json() : "offline";
  } catch {
    return "offline";
  }
}

// --- keeping --------------------------------------------------------------------------------------

async function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size));
  const at = new Date().toISOString();
  fields.push(["claimed_at", at]);
  const key = form.elements.idempotency_key.value;
  const page = form.dataset.page || form.dataset.keep || location.pathname;
  await put({ key, person: whose(), action: form.action, page, what: form.dataset.offline, at, fields, state: "waiting" });
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  form.querySelectorAll(".spinner").forEach((spinner) => spinner.remove());
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.offline || event.defaultPrevented || !window.indexedDB) return;
  event.preventDefault();
  if (navigator.onLine && (await reached()) !== "offline") { form.submit(); return; }
  try {
    await keep(form);
  } catch {
    // This phone keeps nothing: sent as ever, and the browser tells that it cannot be.
    form.submit();
    return;
  }
  if (form.dataset.keep) sessionStorage.removeItem(`typed:${whose()}:${form.dataset.keep}`);
  form.closest("dialog")?.close();
  // The button stays locked: this act is on its way.
  await show(strip?.dataset.kept);
});

// --- sending --------------------------------------------------------------------------------------

function sentenceOf(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const said = [...page.querySelectorAll(".act-form [data-sentence], main [data-sentence], .invalid-feedback")];
  return [...new Set(said.map((one) => one.textContent.trim()).filter(Boolean))].join(" ");
}

async function send(act, token) {
  const data = new FormData();
  for (const [name, value] of act.fields) value instanceof File ? data.append(name, value, value.name) : data.append(name, value);
  const answer = await ask(act.action, { method: "POST", body: data, headers: { "X-CSRFToken": token } }, ANSWER);
  if (answer.redirected && new URL(answer.url).pathname === "/login/") return false;
  if (answer.status >= 500 || answer.status === 429) return false;
  if (answer.ok && answer.redirected) {
    await put({ ...act, fields: [], state: "accepted", page: answer.url, done: Date.now() });
    return true;
  }
  const said = sentenceOf(await answer.text());
  // Somebody else has logged in meanwhile: the token says so. It waits.
  if (answer.status === 403 && !said) return false;
  await put({ ...act, state: "refused", said });
  return true;
}

let sending = false;

async function sendAll() {
  if (sending) return;
  sending = true;
  try {
    for (const act of await all()) if (act.state === "accepted" && Date.now() - act.done > DAY) await drop(act.key);
    const waiting = (await all()).filter((act) => act.state === "waiting");
    const there = waiting.length || list ? await reached() : null;
    if (list) {
      list.querySelector("[data-offline]").hidden = there !== "offline";
      list.querySelector("[data-log-in]").hidden = there !== "ended" || !waiting.length;
    }
    if (there?.person) {
      localStorage.setItem(WHOSE, there.person);
      for (const act of waiting.filter((one) => one.person === there.person)) if (!(await send(act, there.token))) break;
    }
  } catch (error) {
    // The network went while it was sent: what was not answered waits, and its key makes it one.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  } finally {
    sending = false;
  }
  await show();
}

// --- showing --------------------------------------------------------------------------------------

const strip = document.getElementById("outbox-strip");
const list = document.querySelector("[data-outbox]");

async function show(first = "") {
  const acts = await all();
  const own = acts.filter((act) => act.person === whose());
  const counted = {
    waiting: own.filter((act) => act.state === "waiting").length,
    refused: own.filter((act) => act.state === "refused").length,
    others: acts.filter((act) => act.person !== whose() && act.state === "waiting").length,
  };
  if (strip) {
    const said = Object.entries(counted).filter(([, count]) => count).map(([word, count]) => strip.dataset[word].replace("{count}", count));
    strip.textContent = [first, ...said].filter(Boolean).join(" · ");
    strip.hidden = !strip.textContent;
  }
  if (list) draw(own, counted);
}

function draw(own, { others }) {
  const model = document.getElementById("outbox-item");
  list.querySelector("[data-others]").hidden = !others;
  list.querySelector("[data-none]").hidden = own.length > 0 || others > 0;
  list.querySelector("[data-list]").replaceChildren(...own.map((act) => {
    const item = model.content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-${name}]`);
    const photos = act.fields.filter(([, value]) => value instanceof File).length;
    item.dataset.act = act.state;
    part("what").textContent = act.what + (photos ? ` · ${model.dataset.photos.replace("{count}", photos)}` : "");
    part("when").textContent = model.dataset.at.replace("{at}", new Date(act.at).toLocaleString(document.documentElement.lang));
    part("state").textContent = model.dataset[act.state];
    part("sentence-of-answer").textContent = act.said ?? "";
    part("again").hidden = act.state !== "refused";
    part("again").addEventListener("click", async () => { await put({ ...act, state: "waiting", said: "" }); await sendAll(); });
    part("away").hidden = act.state === "waiting";
    part("away").addEventListener("click", async () => { await drop(act.key); await show(); });
    part("open").hidden = act.state === "waiting";
    part("open").href = act.page;
    part("open").addEventListener("click", () => { if (act.state === "refused") retype(act); });
    return item;
  }));
}

// What was typed stands in the form again, as static/js/forms.js keeps it.
function retype(act) {
  const values = act.fields.filter(([, value]) => typeof value === "string").map(([name, value]) => [name, value, true]);
  sessionStorage.setItem(`typed:${act.person}:${act.page}`, JSON.stringify({ values, sent: false, version: 0 }));
}

if (window.indexedDB) {
  list?.querySelector("[data-send]").addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  show().then(sendAll);
}

if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/sw.js");
