/* Tells the form where the cursor was, so that a picture comes in there; without it, it comes in at the end. */
document.querySelectorAll("form").forEach((form) => {
  const text = form.querySelector("textarea[data-preview]");
  const at = form.elements.namedItem("at");
  if (text && at) text.addEventListener("blur", () => { at.value = text.selectionStart; });
});
