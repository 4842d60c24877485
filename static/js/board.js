/* Drags cards over the co-leads' board, by mouse or finger. Every move can be made by buttons as well; this only adds. */
const form = document.querySelector("form#drag");
const drop = document.querySelector(".drop-off");

const move = ({ item, from, to }) => {
  if (drop) drop.hidden = true;
  if (from === to || from.dataset.place === to.dataset.place) return;
  form.elements.thing.value = item.dataset.thing;
  form.elements.to.value = to.dataset.place;
  form.requestSubmit();
};

if (form && window.Sortable) {
  document.body.classList.add("can-drag");
  for (const place of document.querySelectorAll("[data-place]")) {
    window.Sortable.create(place, {
      group: "board",
      draggable: "[data-thing]",
      filter: "a, button, summary, details",
      preventOnFilter: false,
      sort: false,
      animation: 120,
      delay: 180,
      delayOnTouchOnly: true,
      ghostClass: "is-ghost",
      onStart: ({ item }) => { if (drop) drop.hidden = !item.closest(".slot"); },
      onEnd: move,
    });
  }
}
