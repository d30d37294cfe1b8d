// The service worker: keeps the shell, and shows one page without a network. Made by config/phone.py.
//
// It keeps nothing that a person has read: pages, photos and answers of the server pass it by. What a push service hands
// over it shows, and leads to where it says.

const KEPT = "shell-{{ version|escapejs }}";
const OUTBOX = "{{ outbox|escapejs }}";
const SHELL = [{% for address in shell %}"{{ address|escapejs }}", {% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([...SHELL, OUTBOX])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name.startsWith("shell-") && name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

async function outbox(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(KEPT)).put(OUTBOX, answer.clone());
    return answer;
  } catch {
    return caches.match(OUTBOX);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "GET" && address.pathname === OUTBOX) event.respondWith(outbox(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OUTBOX)));
  else if (request.method === "GET" && SHELL.includes(address.pathname)) {
    event.respondWith(caches.match(address.pathname).then((kept) => kept ?? fetch(request)));
  }
});

// --- notifications of a push service ------------------------------------------------------------------------------

function said(data) {
  try {
    return data.json();
  } catch {
    // What cannot be read has come all the same, and browsers want something shown.
    return { title: "{{ name|escapejs }}", body: "", address: "/messages/", tag: "messages" };
  }
}

self.addEventListener("push", (event) => {
  const { title, body, address, tag, urgent } = said(event.data);
  const shown = { body, tag, icon: "{{ icon|escapejs }}", data: { address }, requireInteraction: Boolean(urgent), renotify: Boolean(urgent) };
  event.waitUntil(self.registration.showNotification(title, shown));
});

async function lead(address) {
  const to = new URL(address, self.location.origin);
  if (to.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === to.pathname);
  // An open page in which somebody may be writing is left as it is.
  await (there ? there.focus() : self.clients.openWindow(to.href));
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data.address));
});
