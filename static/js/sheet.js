/* The clock of a run sheet. It goes by the server's time: asked every few seconds, and again whenever the page wakes. */
const ASK_EVERY = 4000;
const TICK = 250;
const said = document.getElementById("said");
let ahead = null; // The server's clock minus this device's, in milliseconds.
let lastTick = Date.now();
let asking = false;
let askAgain = false; // Something happened while the answer was under way: it may be older than that.

const sheet = () => document.getElementById("sheet");
const find = (name) => sheet().querySelector(`[data-${name}]`);

const words = (milliseconds) => {
  const late = milliseconds < 0;
  const all = Math.floor(Math.abs(milliseconds) / 1000);
  if (!late && all >= 2 * 86400) return `${Math.floor(all / 86400)} days`;
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (number) => String(number).padStart(2, "0");
  return `${late ? "+" : ""}${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}`;
};

const show = () => {
  const { until, zone } = sheet().dataset;
  const now = Date.now() + (ahead ?? Number(sheet().dataset.now) - Date.now());
  if (until && find("left")) {
    const late = Number(until) < now;
    find("left").textContent = words(Number(until) - now);
    if (late) find("verb").textContent = "over time";
    sheet().querySelector(".face").classList.toggle("is-late", late);
  }
  const format = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try { find("clock").textContent = new Intl.DateTimeFormat("en-GB", format).format(now); } catch { /* An unknown zone. */ }
};

const swap = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement?.id;
  for (const id of ["sheet", "live-questions"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  offerToFill();
  show();
  const now = find("said").textContent;
  if (said.textContent !== now) said.textContent = now;
  if (focused) (document.getElementById(focused) ?? document.getElementById("step-next"))?.focus();
};

const ask = async () => {
  if (asking) {
    askAgain = true;
    return;
  }
  [asking, askAgain] = [true, false];
  try {
    const before = Date.now();
    const answer = await fetch(sheet().dataset.asks, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    ahead = told.now - (before + Date.now()) / 2;
    if (told.mark !== sheet().dataset.mark) swap(await (await fetch(location.href, { cache: "no-store" })).text());
    find("offline").hidden = true;
  } catch {
    find("offline").hidden = false;
  } finally {
    asking = false;
    show();
    if (askAgain) ask();
  }
};

const offerToFill = () => {
  const button = find("fill");
  const fills = document.documentElement.classList.contains("fills");
  button.hidden = false;
  button.textContent = fills ? "Show the whole page" : "Fill the screen";
};

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-fill]")) return;
  const fills = document.documentElement.classList.toggle("fills");
  offerToFill();
  try {
    if (fills) {
      await document.documentElement.requestFullscreen?.();
      await navigator.wakeLock?.request("screen");
    } else if (document.fullscreenElement) await document.exitFullscreen();
  } catch { /* Some phones allow neither; the large digits are there all the same. */ }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("#sheet, #live-questions")) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
    if (!answer.ok) throw new Error(answer.status);
    swap(await answer.text());
  } catch {
    form.submit();
  }
});

if (sheet()) {
  offerToFill();
  setInterval(() => {
    const slept = Date.now() - lastTick > 4 * TICK + 2000 || Date.now() < lastTick;
    lastTick = Date.now();
    if (slept) ask();
    show();
  }, TICK);
  setInterval(ask, ASK_EVERY);
  for (const name of ["pageshow", "focus", "online"]) addEventListener(name, ask);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  ask();
}
