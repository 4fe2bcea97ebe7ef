// Before anything is painted, and so no module: a dark page must not flash white first.
(() => {
  try {
    const theme = localStorage.getItem("orchestration.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's theme it is.
  }
})();
