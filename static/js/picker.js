// Area picker: district → street → community → grid, one choice after the other, with type-ahead over all that is known.
//
// <div data-picker data-root="530102"> holds the plain <select name="area"> that the server
// rendered. This script puts the steps beside it and keeps the select's value; without scripts the select does the job.
// Sends "area:picked" {code, name, lat, lng} for the map; listens to "area:show" {code} and "area:take"
// {code}, which chooses it without telling the map.

const AREAS = "/api/v1/areas/";
const LEVELS = { 6: "district", 9: "street", 12: "community", 15: "grid" };

class Picker {
  constructor(box) {
    this.box = box;
    this.select = box.querySelector("select[name]");
    this.steps = box.querySelector("[data-steps]");
    this.type = box.querySelector("[data-type-ahead]");
    this.found = box.querySelector("[data-found]");
    this.known = new Map();
    this.select.hidden = true;
    box.querySelector("[data-with-scripts]").hidden = false;
    this.type.addEventListener("input", () => this.search());
    this.type.addEventListener("keydown", (event) => this.key(event));
    this.type.addEventListener("blur", () => setTimeout(() => this.close(), 200));
    this.found.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) { event.preventDefault(); this.pick(option.dataset.code); }
    });
    this.select.addEventListener("change", () => this.show(this.select.value));
    box.addEventListener("area:show", (event) => this.show(event.detail.code));
    box.addEventListener("area:take", async ({ detail }) => {
      await this.show(detail.code);
      this.pick(detail.code, { tell: false });
    });
    this.show(this.select.value);
  }

  async fetch(query) {
    const rows = [];
    let url = `${AREAS}?${query}`;
    while (url) {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      const page = await answer.json();
      rows.push(...(page.results ?? page));
      url = page.next;
    }
    rows.forEach((area) => this.known.set(area.code, area));
    return rows;
  }

  // The steps from the root down to `code`, and one more if something lies under it.
  async show(code) {
    const root = this.box.dataset.root;
    const under = [9, 12, 15].filter((length) => length > root.length && length <= (code?.length ?? 0));
    const path = [root, ...under.map((length) => code.slice(0, length))];
    // Two clicks in a row: the later one wins, whichever answer comes first.
    const turn = (this.turn = {});
    const steps = [];
    try {
      for (const [depth, parent] of path.entries()) {
        const rows = await this.fetch(`parent=${parent}`);
        if (this.turn !== turn) return;
        if (rows.length) steps.push(this.step(rows, path[depth + 1]));
      }
    } catch {
      // Without a network the plain list does the job, as it does without scripts.
      if (this.turn === turn) this.select.hidden = false;
      return;
    }
    this.select.hidden = true;
    this.steps.replaceChildren(...steps);
  }

  step(rows, chosen) {
    const level = LEVELS[rows[0].code.length];
    const select = document.createElement("select");
    select.className = "form-select";
    select.setAttribute("aria-label", this.box.dataset[level]);
    const none = new Option(this.box.dataset[level], "");
    select.append(none, ...rows.map((area) => new Option(area.short_name ?? area.name, area.code, false, area.code === chosen)));
    select.addEventListener("change", () => this.pick(select.value || rows[0].parent));
    return select;
  }

  async pick(code, { tell = true } = {}) {
    const area = this.known.get(code);
    const fits = code.length >= Number(this.box.dataset.deepEnough);
    if (fits && ![...this.select.options].some((option) => option.value === code)) {
      this.select.append(new Option(area?.short_name ?? area?.name ?? code, code));
    }
    this.select.value = fits ? code : "";
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    this.type.value = "";
    await this.show(code);
    if (tell) this.box.dispatchEvent(new CustomEvent("area:picked", { bubbles: true, detail: area ?? { code } }));
  }

  async search() {
    const typed = this.type.value.trim();
    if (!typed) { this.close(); return; }
    const turn = (this.searchTurn = {});
    // Waits for the end of the typing before it asks the server.
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (this.searchTurn !== turn) return;
    const query = new URLSearchParams({ search: typed, under: this.box.dataset.root });
    const answer = await fetch(`${AREAS}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (this.searchTurn !== turn || !answer?.ok) return;
    const rows = (await answer.json()).results.filter((area) => area.code.startsWith(this.box.dataset.root)).slice(0, 12);
    rows.forEach((area) => this.known.set(area.code, area));
    this.found.replaceChildren(...rows.map((area, place) => {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = `${this.found.id}-${place}`;
      option.dataset.code = area.code;
      option.textContent = area.name;
      return option;
    }));
    this.found.hidden = !rows.length;
    this.type.setAttribute("aria-expanded", String(Boolean(rows.length)));
    this.mark(0);
  }

  mark(place) {
    const options = [...this.found.children];
    this.place = Math.max(0, Math.min(place, options.length - 1));
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.place)));
    if (options[this.place]) this.type.setAttribute("aria-activedescendant", options[this.place].id);
  }

  key(event) {
    if (this.found.hidden) { if (event.key === "Enter") event.preventDefault(); return; }
    if (event.key === "ArrowDown") this.mark(this.place + 1);
    else if (event.key === "ArrowUp") this.mark(this.place - 1);
    else if (event.key === "Enter") this.pick(this.found.children[this.place].dataset.code);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  close() {
    this.found.hidden = true;
    this.type.setAttribute("aria-expanded", "false");
    this.type.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("[data-picker]").forEach((box) => new Picker(box));
