/* Passkeys: asks the site for a challenge, lets the browser sign it, and sends the form with what it signed.
   A form says by data-passkey whether it wants to "use" a passkey or to "add" one; it is shown where that can work. */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const described = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

const acts = {
  add: (options) => navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  }),
  use: (options) => navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  }),
};

const written = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = parts.filter((part) => response[part]).map((part) => [part, letters(response[part])]);
  return JSON.stringify({ id, rawId: letters(rawId), type, response: Object.fromEntries(sent) });
};

const WORDS = {
  InvalidStateError: "This device has a passkey for your account already.",
  NotAllowedError: "It was cancelled, or took too long. Nothing was changed; try again.",
  SecurityError: "Passkeys need the site's name: open it by its name, not by a number.",
};

const sign = async (form) => {
  const asked = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  if (!asked.ok) throw new Error(`The site answered ${asked.status}.`);
  const made = await acts[form.dataset.passkey](await asked.json());
  form.elements.answer.value = written(made);
  form.submit();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const words = form.querySelector("[data-passkey-words]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    words.textContent = "Your browser asks for the passkey…";
    try {
      await sign(form);
    } catch (error) {
      words.textContent = WORDS[error.name] ?? "That didn't work. Reload the page and try again.";
    }
  });
}
for (const note of document.querySelectorAll("[data-without-passkeys]")) note.hidden = Boolean(window.PublicKeyCredential);
