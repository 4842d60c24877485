/* Quotes the passage that is selected in a comment, where one is; the link itself quotes the whole. Only adds. */
const field = document.querySelector("#say textarea");

const passage = (comment) => {
  const selection = getSelection();
  const prose = comment.querySelector(".prose");
  if (!selection || selection.isCollapsed || !prose?.contains(selection.anchorNode) || !prose.contains(selection.focusNode)) return "";
  return selection.toString().trim();
};

for (const link of document.querySelectorAll("a[data-quote]")) {
  // The selection is gone by the time of the click on some systems.
  let chosen = "";
  const comment = link.closest("article");
  link.addEventListener("pointerdown", () => { chosen = passage(comment); });
  link.addEventListener("click", (event) => {
    const words = passage(comment) || chosen;
    if (!words || !field) return;
    event.preventDefault();
    const author = comment.querySelector(".comment-head b").textContent;
    const quotation = `${author} wrote:\n\n${words.replace(/^/gm, "> ")}\n\n`;
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${quotation}` : quotation;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
