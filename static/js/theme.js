/* Light and dark: the system decides until a reader chooses. Loaded before the first paint, so it must stay small. */
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remember = (choice) => {
    try {
      if (choice) localStorage.setItem("theme", choice);
      else localStorage.removeItem("theme");
    } catch { /* Storage may be forbidden; the choice then lasts for this page. */ }
  };
  const remembered = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const shown = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const choice = remembered();
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const name = () => {
      const other = shown() === "dark" ? "light" : "dark";
      button.setAttribute("aria-label", `Use ${other} colours`);
      button.title = `Use ${other} colours`;
    };
    button.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      const asSystem = (next === "dark") === system.matches;
      if (asSystem) delete root.dataset.theme;
      else root.dataset.theme = next;
      remember(asSystem ? null : next);
      name();
    });
    system.addEventListener("change", name);
    name();
    button.hidden = false;
  });
})();
