// Light or dark: the system's choice, or the reader's.
const KEY = "orchestration.theme";
const THEMES = ["system", "light", "dark"];

const current = () => document.documentElement.dataset.theme ?? "system";

/** Says on the button which theme there is. */
export function startTheme(button) {
  const theme = current();
  button.textContent = { system: "◐ System", light: "☼ Light", dark: "☾ Dark" }[theme];
  button.setAttribute("aria-label", `Theme: ${theme}. Switch to ${next(theme)}.`);
}

/** Goes to the next one. */
export function switchTheme(button) {
  const theme = next(current());
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this page then.
  }
  startTheme(button);
}

const next = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
