// A form of an act with hidden inputs named lat and lng takes this device's position: when the form is first shown, and
// again with a tap. An input named accuracy takes to within how many metres. How far that is from the case is said where
// the words know the case's place. Without a position, or with an odd one, the act can be sent all the same.

const words = document.getElementById("position-words");
// As in dispatch/whereabouts.py.
const FAR_M = 1000;
const INACCURATE_M = 500;
const EARTH_M = 6371008.8;

function metresToCase({ latitude, longitude }) {
  if (!("lat" in words.dataset)) return null;
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [lat, lng] = [radians(Number(words.dataset.lat)), radians(Number(words.dataset.lng))];
  const [y, x] = [radians(latitude), radians(longitude)];
  const half = Math.sin((y - lat) / 2) ** 2 + Math.cos(lat) * Math.cos(y) * Math.sin((x - lng) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}

function told(coords) {
  const said = [words.dataset.taken.replace("{metres}", Math.round(coords.accuracy))];
  const distance = metresToCase(coords);
  if (distance !== null) {
    const [word, count] = distance < 1000 ? ["metres", Math.round(distance)] : ["kilometres", (distance / 1000).toFixed(1)];
    said.push(words.dataset[word].replace("{count}", count));
    if (distance - coords.accuracy > FAR_M) said.push(words.dataset.far);
  }
  if (coords.accuracy > INACCURATE_M) said.push(words.dataset.inaccurate);
  return said.join(" ");
}

function put(form, { latitude, longitude, accuracy }) {
  form.elements.lat.value = latitude?.toFixed(6) ?? "";
  form.elements.lng.value = longitude?.toFixed(6) ?? "";
  if (form.elements.accuracy) form.elements.accuracy.value = accuracy?.toFixed(1) ?? "";
}

// `anew`: not what the device remembers of the last seconds.
function take(form, line, { anew = false } = {}) {
  const text = line.querySelector("[data-told]");
  text.textContent = words.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put(form, coords);
      text.textContent = told(coords);
    },
    (error) => {
      // What was taken before may be from elsewhere.
      put(form, {});
      text.textContent = error.code === error.PERMISSION_DENIED ? words.dataset.refused : words.dataset.failed;
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: anew ? 0 : 10000 },
  );
}

function start(form) {
  const line = words.content.firstElementChild.cloneNode(true);
  form.querySelector("[name=lat]").before(line);
  line.querySelector("button").addEventListener("click", () => take(form, line, { anew: true }));
  // Asked only once somebody looks at the form: a page with five forms asks nothing by itself.
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    take(form, line);
  }).observe(line);
}

function startAll(root) {
  for (const form of root.querySelectorAll(".act-form form")) {
    const ready = "positioned" in form.dataset;
    form.dataset.positioned = "";
    if (!ready && form.elements.lat?.type === "hidden" && form.elements.lng) start(form);
  }
}

if (navigator.geolocation && words) {
  startAll(document);
  document.addEventListener("htmx:load", (event) => startAll(event.detail.elt.parentElement ?? document));
}
