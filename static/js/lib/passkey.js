// Passkeys: a form with `data-passkey` asks the browser for a credential before it is sent.
//
// `sign-in` fetches its options from `data-options-from` when the button is pressed; `use` and `add` read
// them from the JSON element that `data-options` names. Without JavaScript, or in a browser without passkeys,
// a form that starts `hidden` stays hidden: there are other ways to sign in.

const showMessage = (/** @type {HTMLFormElement} */ form, /** @type {string} */ which) => {
  for (const one of form.querySelectorAll("[data-passkey-said]")) {
    one.hidden = one.dataset.passkeySaid !== which;
  }
};

const isAble = () =>
  Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials);

const loadOptions = async (/** @type {HTMLFormElement} */ form) => {
  if (!form.dataset.optionsFrom) {
    return JSON.parse(document.getElementById(form.dataset.options).textContent);
  }
  const answer = await fetch(form.dataset.optionsFrom, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new Error(`the options are not there: ${answer.status}`);
  return answer.json();
};

const createCredential = async (/** @type {any} */ given) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(given.creation_options.publicKey);
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create({ publicKey });
};

const getCredential = (/** @type {any} */ given) =>
  navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given.request_options.publicKey),
  });

const askForCredential = async (/** @type {HTMLFormElement} */ form, /** @type {Event} */ event) => {
  event.preventDefault();
  if (!isAble()) return showMessage(form, "unable");
  showMessage(form, "");
  try {
    const given = await loadOptions(form);
    const answer = form.dataset.passkey === "add" ? createCredential(given) : getCredential(given);
    const credential = /** @type {PublicKeyCredential} */ (await answer);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    showMessage(form, "failed");
    console.warn("passkey:", error.name);
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (isAble()) form.hidden = false;
  form.addEventListener("submit", (event) => askForCredential(form, event));
}
