// Notifications by the browser's push service, which come also when no page is open. <meta name="push"> holds the
// server's public key and the addresses that add and forget this browser; [data-push] are buttons that ask for it.

import { toast } from "./page.js";

const meta = document.querySelector('meta[name="push"]');
const reader = document.body.dataset.person;
// For whom this browser was registered.
const WHOSE = "push-of";
const toasts = document.getElementById("toasts");

const supported = Boolean(meta && reader && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && window.isSecureContext);

function keyOf(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function isOurs(subscription) {
  const key = subscription.options?.applicationServerKey;
  const wanted = keyOf(meta.content);
  return !key || (key.byteLength === wanted.length && new Uint8Array(key).every((byte, at) => byte === wanted[at]));
}

async function manager() {
  return (await navigator.serviceWorker.ready).pushManager;
}

// The browser's subscription where it is this reader's and of the server's present key; any other is ended.
async function current() {
  const found = await (await manager()).getSubscription();
  if (!found) return null;
  if (localStorage.getItem(WHOSE) === reader && isOurs(found)) return found;
  await found.unsubscribe();
  return null;
}

async function send(address, fields) {
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value });
  const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.status === 204) return "";
  if (!answer) return toasts.dataset.offline;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-sentence]")?.textContent.trim() || toasts.dataset.broken;
}

async function start() {
  if (await Notification.requestPermission() !== "granted") return meta.dataset.refused;
  let made;
  try {
    made = await (await manager()).subscribe({ userVisibleOnly: true, applicationServerKey: keyOf(meta.content) });
  } catch {
    // The push service of this browser cannot be reached, or it has none.
    return meta.dataset.failed;
  }
  const fault = await send(meta.dataset.add, { subscription: JSON.stringify(made) });
  if (fault) await made.unsubscribe();
  else localStorage.setItem(WHOSE, reader);
  return fault;
}

async function stop(subscription) {
  const fault = await send(meta.dataset.forget, { endpoint: subscription.endpoint });
  if (!fault) await subscription.unsubscribe();
  return fault;
}

async function show() {
  const subscription = await current();
  for (const button of document.querySelectorAll("[data-push]")) {
    button.hidden = false;
    button.dataset.start ??= button.textContent;
    button.textContent = subscription ? button.dataset.stop : button.dataset.start;
    button.dataset.push = subscription ? "on" : "off";
  }
  // Whoever logs out here is told nothing more by this browser.
  for (const form of document.querySelectorAll("form[data-forget]")) {
    const field = form.elements.device ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "device" }));
    field.value = subscription?.endpoint ?? "";
  }
}

if (supported) {
  show();
  document.addEventListener("bell:shown", show);
  document.addEventListener("submit", (event) => {
    if ("forget" in event.target.dataset) localStorage.removeItem(WHOSE);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-push]");
    if (!button || button.disabled) return;
    button.disabled = true;
    const subscription = await current();
    const fault = await (subscription ? stop(subscription) : start());
    button.disabled = false;
    if (fault) toast(fault);
    // The list of my devices stands on a page of its own.
    else if ("reload" in button.dataset) location.reload();
    await show();
  });
}
