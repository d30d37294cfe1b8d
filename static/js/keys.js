// Walking through rows by keys: j and k from one [data-row] to the next, Enter opens it (it is a link); a letter presses
// the [data-key] of the row, or of the page; x ticks; ? shows the keys. Nothing here is only to be had by keys.

const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => (row.matches("a") ? row : row.querySelector("a"));
const here = () => document.activeElement?.closest("[data-row]");

function walk(step) {
  const all = rows();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!next) return;
  linkOf(next).focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const target = here()?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]:not([data-row] *)`);
  if (!target) return false;
  if (target.matches("a, button")) target.click();
  else target.querySelector("input, select, textarea")?.focus();
  return true;
}

const ACTS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox])")) return;
  if (document.querySelector("dialog[open]")) return;
  if (ACTS[event.key]) ACTS[event.key]();
  else if (!/^[a-z]$/.test(event.key) || !press(event.key)) return;
  event.preventDefault();
});

for (const opener of document.querySelectorAll("[data-open]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.open).showModal());
}
