/* Lets the keyboard scroll what is wider than its column, such as a long formula on a phone. Only adds. */
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const wide of document.querySelectorAll(".prose math[display=block]")) watcher.observe(wide);
