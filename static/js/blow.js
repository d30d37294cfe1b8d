// Choosing an item of the responsibility list ticks the departments it calls, unless somebody has ticked some by hand.

const form = document.querySelector("[data-blow]");
const called = JSON.parse(document.getElementById("items-called").textContent);
const boxes = [...form.querySelectorAll("[name=departments]")];
const leads = form.elements.leads;
let byHand = boxes.some((box) => box.checked);

for (const box of boxes) box.addEventListener("change", () => { byHand = true; });

const chosen = form.elements.namedItem("item");
chosen.addEventListener("change", () => {
  const item = called[chosen.value];
  if (byHand || !item) return;
  for (const box of boxes) box.checked = box.value === item.lead || item.assisting.includes(box.value);
  leads.value = item.lead;
  leads.dispatchEvent(new Event("input", { bubbles: true }));
});

// What is suggested beside the departments is ticked with one press; whoever leads by it is chosen to lead.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-suggested]")) return;
  const rows = [...form.querySelectorAll("[data-suggested] [data-code]")];
  byHand = true;
  for (const box of boxes) if (rows.some((row) => row.dataset.code === box.value)) box.checked = true;
  const lead = rows.find((row) => "leads" in row.dataset);
  if (lead) leads.value = lead.dataset.code;
  leads.dispatchEvent(new Event("input", { bubbles: true }));
});

function offer(root) { root.querySelectorAll("[data-tick-suggested]").forEach((button) => { button.hidden = false; }); }

offer(document);
document.addEventListener("htmx:afterSettle", () => offer(form));
