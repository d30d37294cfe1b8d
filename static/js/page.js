// What every page has: menus that close, forms in dialogs, toasts, and htmx that tells refusals in words.

// --- menus: <details class="menu"> --------------------------------------------------------------

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const closer = event.target.closest("[data-close]");
  if (!closer) return;
  const dialog = closer.closest("dialog");
  if (dialog) dialog.close();
  else closer.closest(".notice").remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && !typing && search && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    search.focus();
  }
});

// --- dialogs: <details data-dialog> holds a form that works in place without scripts ---------------

function intoDialog(details) {
  const summary = details.querySelector("summary");
  const form = details.querySelector(".act-form");
  const title = summary.textContent.trim();
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("div");
  head.className = "sheet-head";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const close = form.querySelector("template[data-close-button]").content.cloneNode(true);
  head.append(heading, close);
  dialog.append(head, form);
  const button = document.createElement("button");
  button.type = "button";
  button.className = summary.className;
  button.innerHTML = summary.innerHTML;
  button.dataset.act = details.dataset.act ?? "";
  button.dataset.opens = "";
  // A click on the ground around it closes it; what was typed stays in the form.
  dialog.addEventListener("mousedown", (event) => { if (event.target === dialog) dialog.close(); });
  const wasOpen = details.open;
  details.replaceWith(button, dialog);
  if (wasOpen) dialog.showModal();
}

function prepare(root) {
  const found = [...root.querySelectorAll("details[data-dialog]")];
  if (root.matches?.("details[data-dialog]")) found.push(root);
  found.forEach(intoDialog);
}

// By its place, because a refresh may put another act behind the same button.
document.addEventListener("click", (event) => {
  event.target.closest("button[data-opens]")?.nextElementSibling.showModal();
});

prepare(document.body);
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
document.addEventListener("live:prepare", (event) => prepare(event.detail.elt));

// --- toasts and htmx ----------------------------------------------------------------------------

const toasts = document.getElementById("toasts");

export function toast(sentence) {
  const notice = document.getElementById("toast-model").content.firstElementChild.cloneNode(true);
  notice.querySelector("[data-sentence]").textContent = sentence;
  toasts.append(notice);
  setTimeout(() => notice.remove(), 12000);
}

function sentenceOf(answer) {
  const type = answer.getResponseHeader("Content-Type") ?? "";
  if (answer.status >= 500 && !type.includes("json")) return toasts.dataset.broken;
  if (type.includes("json")) return JSON.parse(answer.responseText).detail ?? toasts.dataset.broken;
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  return (page.querySelector("[data-sentence]") ?? page.body).textContent.trim() || toasts.dataset.broken;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return;
  event.detail.shouldSwap = false;
  toast(sentenceOf(event.detail.xhr));
});
document.addEventListener("htmx:sendError", () => toast(toasts.dataset.offline));
document.addEventListener("htmx:timeout", () => toast(toasts.dataset.offline));
