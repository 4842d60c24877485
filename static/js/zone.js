/* Offers the zone of this browser, where the account has another or none. Only adds. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const offer of document.querySelectorAll("[data-zone-offer]")) {
  const button = offer.querySelector("button");
  const select = document.getElementById(button.dataset.for);
  const option = [...select.options].find(({ value }) => value === zone);
  if (!option || option.selected) continue;
  button.textContent = `Use ${option.text}, as this browser says`;
  button.addEventListener("click", () => {
    option.selected = true;
    offer.hidden = true;
    select.focus();
  });
  offer.hidden = false;
}
