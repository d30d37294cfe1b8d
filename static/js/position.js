// A form of an act with hidden inputs named lat and lng takes this device's position: when the form is first shown, and
// again with a tap. Without it the act can be sent all the same.

const words = document.getElementById("position-words");

function take(form, told) {
  const text = told.querySelector("[data-told]");
  text.textContent = words.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.elements.lng.value = coords.longitude.toFixed(6);
      text.textContent = words.dataset.taken.replace("{metres}", Math.round(coords.accuracy));
    },
    () => { text.textContent = words.dataset.failed; },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 },
  );
}

function start(form) {
  const told = words.content.firstElementChild.cloneNode(true);
  form.querySelector("[name=lat]").before(told);
  told.querySelector("button").addEventListener("click", () => take(form, told));
  // Asked only once somebody looks at the form: a page with five forms asks nothing by itself.
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    take(form, told);
  }).observe(told);
}

if (navigator.geolocation && words) {
  for (const form of document.querySelectorAll(".act-form form")) {
    if (form.elements.lat?.type === "hidden" && form.elements.lng) start(form);
  }
}
