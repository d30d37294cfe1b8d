// Keeps a form on the server while it is being written: <form data-autosave="address" data-keep="page?draft=key">.
//
// The form holds hidden inputs "draft", "version" and "besides"; [data-autosaved] is where it is told, and
// [data-autosave-words] has the sentences. What this tab keeps by itself (forms.js) is there as well: a dead network or
// a session that has ended loses nothing. Two tabs never write over each other: the later one becomes a draft of its own.

const PAUSE = 1200;
const AGAIN = 8000;

class Keeper {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.told = document.querySelector("[data-autosaved]");
    this.words = document.querySelector("[data-autosave-words]").dataset;
    this.version = form.elements.version;
    this.dirty = false;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    window.addEventListener("online", () => this.dirty && this.save());
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.dirty) this.save(); });
  }

  typed() {
    this.dirty = true;
    this.stay();
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.save(), PAUSE);
  }

  // The address names the draft, so that reloading or logging in again leads back to it.
  stay() {
    const key = this.form.elements.draft.value;
    const here = new URL(location.href);
    if (here.searchParams.get("draft") === key) return;
    here.search = new URLSearchParams({ draft: key });
    history.replaceState(history.state, "", here);
  }

  async save() {
    if (this.saving || "sent" in this.form.dataset) return;
    this.saving = true;
    this.dirty = false;
    const data = new FormData(this.form);
    for (const name of ["photos", "idempotency_key"]) data.delete(name);
    try {
      // A session that has ended answers with the way to the log-in page.
      const answer = await fetch(this.url, { method: "POST", body: data, redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 403) this.ended();
      else if (answer.ok) this.kept(await answer.json());
      else if (answer.status < 500) this.refused(await answer.json());
      else this.later();
    } catch {
      this.later();
    }
    this.saving = false;
    if (this.dirty) this.typed();
  }

  kept({ version, kept_at: at }) {
    this.version.value = version;
    this.form.dispatchEvent(new CustomEvent("draft:kept", { bubbles: true }));
    this.tell(this.words.kept.replace("{at}", at), "ok");
  }

  later() {
    this.dirty = true;
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.save(), AGAIN);
    this.tell(this.words.offline, "warning");
  }

  ended() {
    this.dirty = false;
    this.stay();
    const next = encodeURIComponent(location.pathname + location.search);
    this.tell(this.words.ended, "warning", `/login/?next=${next}`, this.words.logIn);
  }

  refused({ code, detail, other }) {
    if (code !== "changed_elsewhere") { this.tell(detail, "danger"); return; }
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const was = this.form.elements.draft.value;
    this.form.elements.draft.value = key;
    this.version.value = 0;
    this.url = this.url.replace(was, key);
    this.form.dataset.keep = this.form.dataset.keep.replace(was, key);
    this.form.dispatchEvent(new CustomEvent("draft:renamed", { detail: { was, key }, bubbles: true }));
    this.stay();
    this.tell(`${detail} ${this.words.both}`, "warning", other, this.words.other);
    this.said = true;
    this.dirty = true;
  }

  tell(sentence, tone, href = "", label = "") {
    // What must be read stays until something else must.
    if (this.said && tone === "ok") return;
    this.said = false;
    this.told.hidden = false;
    this.told.className = `autosave tone-${tone}`;
    this.told.textContent = `${sentence} `;
    if (!href) return;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    this.told.append(link);
  }
}

const form = document.querySelector("form[data-autosave]");
if (form) new Keeper(form);
