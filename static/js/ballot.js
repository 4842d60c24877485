/* Counts the ticks on a ballot while it is being filled in. The form works without it. */
for (const form of document.querySelectorAll("form[data-ballot]")) {
  const output = form.querySelector("output[data-count]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  if (!output) continue;
  const say = () => {
    const count = boxes.filter((box) => box.checked).length;
    output.textContent = count === 0 ? "None ticked" : `${count} of ${boxes.length} ticked`;
  };
  form.addEventListener("change", say);
  addEventListener("pageshow", say);
  output.hidden = false;
  say();
}
