// The theme button: follows the system until it is used, then remembers.
"use strict";
(() => {
  const theme = document.getElementById("theme");
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (systemDark.matches ? "dark" : "light")) === "dark";
  function nameTheme() { theme.textContent = isDark() ? "Light colours" : "Dark colours"; }
  function remembered(name, value) {
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch { /* pages opened from disk may have no storage */ }
    return null;
  }
  const chosenTheme = remembered("lrat-rank-theme");
  if (chosenTheme === "dark" || chosenTheme === "light") document.documentElement.dataset.theme = chosenTheme;
  nameTheme();
  theme.hidden = false;
  systemDark.addEventListener("change", nameTheme);
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    remembered("lrat-rank-theme", document.documentElement.dataset.theme);
    nameTheme();
  });
})();
