/* Keeps a draft on the site while one types. The form's own "Save as draft" works without it. */
const WAIT = 2000;
const AGAIN = 10000;

const keep = (form) => {
  const said = form.querySelector("output[data-saved]");
  let dirty = false, saving = null, timer;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const sent = () => {
    const fields = new URLSearchParams();
    for (const [name, text] of new FormData(form)) fields.append(name, text);
    return fields;
  };
  const send = async () => {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: sent(), keepalive: document.hidden });
    if (answer.redirected) throw new Error("You are signed out. Sign in in another tab, then it is saved.");
    if (answer.status === 409) {
      said.textContent = (await answer.json()).problem;
      return;
    }
    if (!answer.ok) throw new Error("The site didn't answer; it is tried again.");
    const { saved_at, edit, save: address } = await answer.json();
    said.textContent = `Saved at ${saved_at}.`;
    if (form.dataset.draft !== address) {
      form.dataset.draft = address;
      history.replaceState(null, "", edit);
    }
  };
  const save = async () => {
    if (!dirty || saving) return;
    dirty = false;
    saving = send().catch((error) => {
      dirty = true;
      const why = error instanceof TypeError ? "The site can't be reached; it is tried again." : error.message;
      said.textContent = `Not saved yet. ${why}`;
      later(AGAIN);
    });
    await saving;
    saving = null;
    if (dirty) later(WAIT);
  };

  form.addEventListener("input", () => {
    dirty = true;
    if (!saving) later(WAIT);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  addEventListener("beforeunload", (event) => { if (dirty || saving) event.preventDefault(); });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!saving) return;
    // The draft is being made: sent now, the form would make another pitch of it.
    event.preventDefault();
    await saving;
    saving = null;
    dirty = false;
    clearTimeout(timer);
    form.requestSubmit(event.submitter);
  });
};

document.querySelectorAll("form[data-draft]").forEach(keep);
