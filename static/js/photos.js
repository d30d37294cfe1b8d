// Shows chosen photos before they are sent, lets one be taken out, adds those taken with the camera, and makes them
// small: upright, at most 2048 pixels, and without what the camera wrote into them (its position included).
//
// <div data-photos data-most="9"> holds <input type="file" multiple>, [data-picks] for the pictures, <template data-pick>
// for one of them, [data-said] for sentences, [data-native] around the input, [data-choose] (a label that stands for it),
// and [data-camera] with an <input type="file" capture> behind it. With data-ahead="address" each photo is sent on its own
// at once, with a bar that tells how far; what cannot be sent goes along with the form.

const SIDE = 2048;
const ENOUGH = 300_000;
const MOST_BYTES = 10 * 1024 * 1024;

async function small(file) {
  // As an <img>, which older browsers turn upright as well.
  const image = new Image();
  const address = URL.createObjectURL(file);
  image.src = address;
  await image.decode().finally(() => URL.revokeObjectURL(address));
  const { naturalWidth: width, naturalHeight: height } = image;
  const share = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  // What is small already and no JPEG, which cameras do not write, is not made larger.
  if (!blob || (blob.size >= file.size && file.size < ENOUGH && file.type !== "image/jpeg")) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

class Photos {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file][name]");
    this.picks = box.querySelector("[data-picks]");
    this.said = box.querySelector("[data-said]");
    this.most = Number(box.dataset.most);
    this.ahead = box.dataset.ahead;
    // Each: file, pick, and once it was sent ahead `gone`, the address that takes it out again.
    this.all = [...this.picks.querySelectorAll("[data-kept]")].map((pick) => this.listen({ pick, gone: pick.dataset.kept }));
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    // The browser's own control speaks the browser's language and shows no pictures.
    box.querySelector("[data-native]").classList.add("visually-hidden");
    box.querySelector("[data-choose]").hidden = false;
    const camera = box.querySelector("[data-camera]");
    if (camera) {
      camera.hidden = false;
      const lens = camera.querySelector("input");
      lens.addEventListener("change", () => { this.add([...lens.files]); lens.value = ""; });
    }
    this.input.form?.addEventListener("draft:renamed", ({ detail }) => { this.ahead = this.ahead?.replace(detail.was, detail.key); });
  }

  // Choosing a second time adds to the first choice; a browser alone would replace it.
  add(files) {
    this.said.textContent = "";
    if (!this.input.multiple) this.all.forEach((one) => this.drop(one));
    for (const file of this.input.multiple ? files : files.slice(-1)) {
      if (this.all.length >= this.most) { this.say("tooMany", file.name); continue; }
      const pick = this.box.querySelector("template[data-pick]").content.firstElementChild.cloneNode(true);
      const one = this.listen({ file, pick });
      const image = pick.querySelector("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      this.picks.append(pick);
      this.all.push(one);
      this.take(one);
    }
    // Sent with the form as they are, should it be sent before they are small.
    this.hold();
  }

  listen(one) {
    one.pick.querySelector("button").addEventListener("click", () => this.remove(one));
    one.pick.querySelector(".photo-again")?.addEventListener("click", () => this.send(one));
    return one;
  }

  async take(one) {
    const name = one.file.name;
    try {
      one.file = await small(one.file);
    } catch {
      this.drop(one);
      this.say(one.file.size > MOST_BYTES ? "tooLarge" : "notRead", name);
      return;
    }
    if (!this.all.includes(one)) return;
    if (one.file.size > MOST_BYTES) { this.drop(one); this.say("tooLarge", name); return; }
    this.hold();
    if (this.ahead) this.send(one);
  }

  send(one) {
    const request = (one.request = new XMLHttpRequest());
    const bar = one.pick.querySelector("progress");
    const again = one.pick.querySelector(".photo-again");
    bar.hidden = false;
    again.hidden = true;
    const data = new FormData();
    data.append("photos", one.file, one.file.name);
    for (const name of ["csrfmiddlewaretoken", "besides"]) data.append(name, this.input.form.elements[name]?.value ?? "");
    request.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / event.total; });
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      if (!this.all.includes(one)) return;
      const json = (request.getResponseHeader("Content-Type") ?? "").includes("json");
      if (request.status === 200 && json) {
        one.gone = `/whistles/unfinished-photos/${JSON.parse(request.responseText).id}/remove/`;
        this.hold();
        return;
      }
      again.hidden = false;
      this.said.textContent = request.status >= 400 && request.status < 500 && json ? JSON.parse(request.responseText).detail : this.box.dataset.broken;
    });
    request.open("POST", this.ahead);
    request.setRequestHeader("Accept", "application/json");
    request.send(data);
  }

  async remove(one) {
    this.drop(one);
    if (!one.gone) return;
    const data = new FormData();
    data.append("csrfmiddlewaretoken", this.input.form.elements.csrfmiddlewaretoken.value);
    // Without a network it stays with the draft, and is there again when the page is.
    await fetch(one.gone, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
  }

  drop(one) {
    one.request?.abort();
    const image = one.pick.querySelector("img");
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    one.pick.remove();
    this.all = this.all.filter((other) => other !== one);
    this.hold();
  }

  // The input holds what has not been sent ahead.
  hold() {
    const basket = new DataTransfer();
    for (const one of this.all) if (!one.gone) basket.items.add(one.file);
    this.input.files = basket.files;
  }

  say(word, name) {
    this.said.textContent = this.box.dataset[word].replace("{name}", name).replace("{most}", this.most);
  }
}

function startAll(root) {
  for (const box of root.querySelectorAll("[data-photos]")) {
    if ("ready" in box.dataset) continue;
    box.dataset.ready = "";
    new Photos(box);
  }
}

startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.detail.elt.parentElement ?? document));
