// Shows chosen photos before they are sent, lets one be taken out, and adds those taken with the camera.
//
// <div data-photos data-most="9"> holds <input type="file" multiple>, [data-picks] for the pictures,
// <template data-pick> for one of them, [data-native] around the input, [data-choose] (a label that stands for it), and [data-camera] with an <input type="file" capture> behind it.

function show(box) {
  const input = box.querySelector("input[type=file][name]");
  const picks = box.querySelector("[data-picks]");
  for (const image of picks.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  picks.replaceChildren(...[...input.files].map((file, place) => {
    const pick = box.querySelector("template[data-pick]").content.firstElementChild.cloneNode(true);
    const image = pick.querySelector("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    pick.querySelector("button").addEventListener("click", () => {
      put(input, [...input.files].filter((_file, other) => other !== place));
      show(box);
    });
    return pick;
  }));
}

function put(input, files) {
  const basket = new DataTransfer();
  for (const file of files) basket.items.add(file);
  input.files = basket.files;
}

function start(box) {
  if ("ready" in box.dataset) return;
  box.dataset.ready = "";
  const input = box.querySelector("input[type=file][name]");
  const most = Number(box.dataset.most);
  let kept = [];
  const add = (files) => {
    // Choosing a second time adds to the first choice; a browser alone would replace it.
    put(input, input.multiple ? [...kept, ...files].slice(0, most) : [...files].slice(-1));
    kept = [...input.files];
    show(box);
  };
  input.addEventListener("change", () => add(input.files));
  box.addEventListener("click", () => { kept = [...input.files]; });
  // The browser's own control speaks the browser's language and shows no pictures.
  box.querySelector("[data-native]").classList.add("visually-hidden");
  box.querySelector("[data-choose]").hidden = false;
  const camera = box.querySelector("[data-camera]");
  if (camera) {
    camera.hidden = false;
    const lens = camera.querySelector("input");
    lens.addEventListener("change", () => { add(lens.files); lens.value = ""; });
  }
}

function startAll(root) { root.querySelectorAll("[data-photos]").forEach(start); }

startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.detail.elt.parentElement ?? document));
