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

/* Says a session's time in this browser's zone beside the group's, unless the page says it in the account's already. */
addEventListener("DOMContentLoaded", () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const said = "zone" in document.documentElement.dataset;

  const parts = (date, timeZone) => {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone, weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  };

  const mine = (element) => {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.valueOf())) return null;
    const [here, there] = [parts(date, zone), parts(date, element.dataset.zone)];
    const sameDay = here.day === there.day && here.month === there.month;
    if (sameDay && here.hour === there.hour && here.minute === there.minute) return null;
    const day = sameDay ? "" : `${here.weekday} ${here.day} ${here.month}, `;
    const place = zone.includes("/") ? ` in ${zone.split("/").at(-1).replaceAll("_", " ")}` : "";
    return `${day}${here.hour}:${here.minute} for you${place}`;
  };

  for (const element of document.querySelectorAll("time[datetime][data-zone]")) {
    if (said || !element.dateTime.includes("T")) continue;
    try {
      const words = mine(element);
      if (!words) continue;
      const note = document.createElement("span");
      note.className = "when-mine";
      note.textContent = ` · ${words}`;
      element.after(note);
    } catch { /* A zone that this browser doesn't know: the group's own time stands alone. */ }
  }

  // Lets the keyboard scroll a formula that is wider than its column, as on a phone.
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const wide of document.querySelectorAll(".prose math[display=block]")) watcher.observe(wide);
});
