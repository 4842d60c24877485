/* Says, while one writes a pitch, what is like it already. The Preview button says it, too. Only adds. */
const form = document.querySelector("form[data-alike]");
const shown = form?.querySelector("[data-alike-shown]");
const counts = (field) => field.name === "title" || /^links-\d+-url$/.test(field.name);

const told = () => {
  const fields = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, besides: form.dataset.besides ?? "" });
  for (const field of form.elements) if (counts(field) && field.value.trim()) fields.append(field.name, field.value);
  return fields;
};

let timer, last = "";
const ask = async () => {
  const body = told();
  if (body.toString() === last) return;
  last = body.toString();
  try {
    const answer = await fetch(form.dataset.alike, { method: "POST", body });
    if (answer.ok && !answer.redirected && last === body.toString()) shown.innerHTML = await answer.text();
  } catch { /* It is told again with the next change. */ }
};

form?.addEventListener("input", (event) => {
  if (!counts(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, 800);
});
