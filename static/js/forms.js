// No form is sent twice by a double click, and nothing typed is lost.
//
// What was typed into <form data-keep="a name of its own"> is kept in this tab until the form has been sent and
// accepted. The tab only, because PCs in offices are shared. Passwords, files and hidden fields are not kept.
// A form the server sends back with errors carries data-bound: it already holds what was typed.

// One's own: whoever logs in next at this desk is shown nothing of it.
const PREFIX = `typed:${document.body.dataset.person ?? ""}:`;
const LEFT_OUT = ["password", "file", "hidden", "submit", "button"];

// --- sent once ------------------------------------------------------------------------------------

function lock(form, submitter) {
  form.dataset.sent = "";
  // After the browser has read the form: a disabled button's name and value would not be sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) button.disabled = true;
    if (submitter instanceof HTMLButtonElement && !submitter.querySelector(".spinner")) {
      submitter.insertAdjacentHTML("afterbegin", '<span class="spinner" aria-hidden="true"></span>');
    }
  });
}

function unlock(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button, input[type=submit]")) button.disabled = false;
  form.querySelectorAll(".spinner").forEach((spinner) => spinner.remove());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("sent" in form.dataset) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  lock(form, event.submitter);
  if (form.dataset.keep) write(form, { sent: true });
}, true);

// Back in the browser shows the page as it was left, with its buttons still locked.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) unlock(form);
});

// --- nothing typed is lost ------------------------------------------------------------------------

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !LEFT_OUT.includes(field.type) && field.getAttribute("autocomplete") !== "off"
  );
}

// Of a form that is kept on the server as well: what this tab holds of an older one says nothing any more.
function versionOf(form) { return Number(form.elements.version?.value ?? 0); }

function write(form, { sent = false } = {}) {
  const values = fields(form).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.type === "select-multiple") return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
  sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify({ values, sent, version: versionOf(form) }));
}

function restore(form, values) {
  for (const [name, value, checked] of values) {
    for (const field of fields(form).filter((one) => one.name === name)) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.value === value) field.checked = checked;
      } else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = value.includes(option.value);
      } else if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value)) {
        field.value = value;
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

// A form that was sent counts as accepted when the reader arrives anywhere by following the server's answer. Coming
// back to it by "back" or "reload", or landing on a refusal, means that it was not.
function settle(forms) {
  const arrival = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
  // Also the page on which a session that has ended is begun again: nothing was accepted.
  const refused = "refusal" in document.body.dataset || !document.body.dataset.person;
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(PREFIX))) {
    const kept = JSON.parse(sessionStorage.getItem(key));
    const form = forms.find((one) => PREFIX + one.dataset.keep === key);
    const bound = form && "bound" in form.dataset;
    if (kept.sent && !bound && !refused && arrival === "navigate") sessionStorage.removeItem(key);
    else if (form && !bound && versionOf(form) <= (kept.version ?? 0)) restore(form, kept.values);
  }
}

settle([...document.querySelectorAll("form[data-keep]")]);
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form) write(form);
});
document.addEventListener("draft:kept", (event) => write(event.target));
document.addEventListener("submit", (event) => {
  if ("forget" in event.target.dataset) {
    Object.keys(sessionStorage).filter((key) => key.startsWith("typed:")).forEach((key) => sessionStorage.removeItem(key));
  }
});
