// Light, dark or as the machine has it. Runs in <head> before anything is drawn, so it is no module.
(function () {
  const KEY = "theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    // A browser that forbids storage still gets a theme: the machine's.
    try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; }
  }

  function show() {
    const theme = chosen();
    const isDark = theme === "dark" || (theme === "auto" && dark.matches);
    document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  show();
  dark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try { localStorage.setItem(KEY, button.dataset.themeChoice); } catch { /* shown below all the same: nothing is kept */ }
    show();
  });
})();
