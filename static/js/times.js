/* Says a session's time in the reader's own zone, their account's or else this browser's, beside the group's. */
const zone = document.documentElement.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;

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
  if (!element.dateTime.includes("T")) continue;
  try {
    const words = mine(element);
    if (!words) continue;
    const note = document.createElement("span");
    note.className = "when-mine";
    note.textContent = ` · ${words}`;
    element.after(note);
  } catch { /* A zone that this browser doesn't know: the group's own time stands alone. */ }
}

// A formula that is wider than its column needs a module of its own; pages without one don't fetch it.
if (document.querySelector("math[display=block]")) import("./wide.js");
