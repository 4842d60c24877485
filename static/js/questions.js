/* The question box keeps itself up to date while it is looked at. What one is typing stands outside of what is swapped. */
const SOONEST = 8000;
const SLOWEST = 60000;
const said = document.getElementById("said");
let wait = SOONEST;
let timer = 0;
let latest = 0; // Of two answers that overtake each other the one that was asked for last counts.

const boxes = (page) => [...page.querySelectorAll("[data-live]")];
const key = (box) => box.textContent + [...box.querySelectorAll("[aria-pressed]")].map((each) => each.getAttribute("aria-pressed"));
const ids = (box) => new Set([...box.querySelectorAll(".question")].map((each) => each.id));

const swap = (text) => {
  let [fresh, changed] = [0, false];
  for (const box of boxes(new DOMParser().parseFromString(text, "text/html"))) {
    const old = document.getElementById(box.id);
    if (!old || key(old) === key(box)) continue;
    const [known, focused] = [ids(old), old.contains(document.activeElement) && document.activeElement.closest("form")?.getAttribute("action")];
    fresh += [...ids(box)].filter((id) => !known.has(id)).length;
    changed = true;
    old.replaceWith(document.adoptNode(box));
    if (focused) box.querySelector(`form[action="${CSS.escape(focused)}"] button`)?.focus({ preventScroll: true });
  }
  if (fresh) said.textContent = fresh === 1 ? "One new question." : `${fresh} new questions.`;
  return changed;
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
};

const look = async () => {
  if (document.hidden) return;
  const mine = ++latest;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (answer.ok && mine === latest) wait = swap(await answer.text()) ? SOONEST : Math.min(wait * 1.2, SLOWEST);
  } catch { wait = SLOWEST; }
  later();
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("[data-live]")) return;
  event.preventDefault();
  const mine = ++latest;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
    if (!answer.ok) throw new Error(answer.status);
    if (mine === latest) swap(await answer.text());
    wait = SOONEST;
    later();
  } catch {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
    form.append(pressed);
    form.submit();
  }
});

if (boxes(document).length) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    wait = SOONEST;
    look();
  });
  later();
}
