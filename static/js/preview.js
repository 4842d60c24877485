/* Shows Markdown and math beside the field while one writes. The form's own Preview button works without it. */
const WAIT = 400;

const live = (field) => {
  const shown = document.createElement("section");
  shown.className = "live";
  shown.setAttribute("aria-label", `Preview: ${field.labels[0]?.textContent.trim() ?? ""}`);
  const prose = document.createElement("div");
  prose.className = "prose";
  shown.append(prose);
  field.after(shown);
  field.closest(".field").classList.add("with-live");
  return { shown, prose };
};

const watch = (field) => {
  const { shown, prose } = live(field);
  let timer, asked, last;
  const say = async () => {
    const text = field.value;
    if (text === last) return;
    last = text;
    shown.hidden = !text.trim();
    if (shown.hidden) return;
    asked?.abort();
    asked = new AbortController();
    const body = new URLSearchParams({ csrf_token: field.form.elements.csrf_token.value, text });
    try {
      const answer = await fetch("/preview", { method: "POST", body, signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      prose.innerHTML = await answer.text(); // Made safe by the server's one sanitiser; no script runs under our policy.
      shown.classList.remove("stale");
    } catch (error) {
      if (error.name === "AbortError") return;
      last = undefined;
      shown.classList.add("stale");
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, WAIT);
  });
  addEventListener("pageshow", say);
  say();
};

document.querySelectorAll("textarea[data-preview]").forEach(watch);
