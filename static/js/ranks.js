/* Moves the pitches of a ranked ballot in place: by its buttons, and by dragging. The form works without it. */
const list = document.querySelector("[data-ranks]");

const EDGE = 72, STEP = 14;

if (list) {
  const form = list.closest("form");
  const status = form.querySelector("[data-rank-status]");
  const count = form.querySelector("[data-count]");
  const line = list.querySelector("[data-rank-line]");
  const rows = () => [...list.querySelectorAll("[data-pitch]")];
  const field = (row) => row.querySelector("input");
  const isRanked = (row) => /^[1-9]\d?$/.test(field(row).value.trim());

  /* Rows of equal number, best first; what has no number is in none. */
  const tiers = () => {
    const found = new Map();
    for (const row of rows().filter(isRanked)) {
      const number = Number(field(row).value);
      found.set(number, [...(found.get(number) ?? []), row]);
    }
    return [...found].sort(([one], [other]) => one - other).map(([, tier]) => tier);
  };

  const say = () => {
    const placed = rows().filter(isRanked).length;
    count.textContent = placed ? `${placed} of ${rows().length} have a place` : "None has a place";
  };

  const show = (order) => {
    const placed = order.flat();
    const rest = [...list.children].filter((row) => row !== line && !placed.includes(row));
    list.append(...placed, line, ...rest);
    line.hidden = rest.length === 0;
    order.forEach((tier, index) => tier.forEach((row) => { field(row).value = index + 1; }));
    for (const row of rows().filter((row) => !placed.includes(row))) field(row).value = "";
    say();
  };

  const tell = (row) => {
    const place = field(row).value;
    const where = place ? `now has place ${place}` : "has no place now and comes last";
    status.hidden = false;
    status.textContent = `“${row.dataset.title}” ${where}. Nothing is saved before you cast your ballot.`;
  };

  /* One step up or down, alone in its place: as the server does it (voting/ballot_forms.py, `moved`). */
  const moved = (order, row, up) => {
    const at = order.findIndex((tier) => tier.includes(row));
    if (at < 0) return up ? [...order, [row]] : order;
    const rest = order.map((tier) => tier.filter((other) => other !== row)).filter((tier) => tier.length);
    const wasAlone = rest.length < order.length;
    if (!up && wasAlone && at === rest.length) return rest;
    const place = up ? (wasAlone ? Math.max(0, at - 1) : at) : at + 1;
    return [...rest.slice(0, place), [row], ...rest.slice(place)];
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-pitch]");
    show(moved(tiers(), row, button.value.startsWith("up-")));
    button.focus();
    tell(row);
  });

  /* The order that one sees while dragging, in tiers: what was dragged is alone in its own. */
  const tiersSeen = (dragged) => {
    const order = [];
    let before = null;
    for (const row of rows().filter((row) => row.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING)) {
      const joins = before && before !== dragged && row !== dragged && field(before).value === field(row).value;
      if (joins) order.at(-1).push(row);
      else order.push([row]);
      before = row;
    }
    return order;
  };

  /* A row that moves in the page loses the pointer, so the whole page listens. */
  const drag = (row) => {
    const follow = (event) => {
      if (event.clientY < EDGE) scrollBy(0, -STEP);
      if (event.clientY > innerHeight - 2 * EDGE) scrollBy(0, STEP);
      const below = [...list.children].find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && !other.hidden && event.clientY < box.top + box.height / 2;
      });
      if (row.nextElementSibling !== (below ?? null)) list.insertBefore(row, below ?? null);
    };
    const over = new AbortController();
    const end = (event) => {
      over.abort();
      row.classList.remove("dragged");
      show(event.type === "pointerup" ? tiersSeen(row) : tiers());
      if (event.type === "pointerup") tell(row);
    };
    line.hidden = false;
    row.classList.add("dragged");
    addEventListener("pointermove", follow, over);
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, end, over);
  };

  for (const handle of list.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      drag(handle.closest("[data-pitch]"));
    });
  }
  for (const note of form.closest("main").querySelectorAll("[data-if-drag]")) note.hidden = false;
  list.addEventListener("input", say);
  addEventListener("pageshow", say);
  count.hidden = false;
  say();
}
