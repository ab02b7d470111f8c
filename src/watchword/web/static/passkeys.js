// Passkeys. Each part of a page that wants one is a [data-passkey] box, hidden until this browser turns out to know them:
// "sign-in" (with autofill), "step", "confirm", "create"; "known" tells the browser which passkeys still hold.
// A person who changes their mind reads nothing red; the server decides everything.
const REFRESH = 4 * 60 * 1000; // milliseconds; a challenge lives five minutes

const knowsPasskeys =
  window.isSecureContext &&
  typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function" &&
  !/^(\[|[\d.]+$)/.test(location.hostname); // a bare IP address can't have passkeys

const post = async (box, url, body) => {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": box.dataset.csrf };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  throw Object.assign(new Error(told.title || ""), { code: told.code || "unreadable" });
};

const changedTheirMind = (error) => error.name === "NotAllowedError" || error.name === "AbortError";

const say = (box, text) => {
  const note = box.querySelector("[data-said]");
  note.textContent = text;
  note.hidden = !text;
};

const explain = (box, error) => {
  if (changedTheirMind(error)) return say(box, "");
  const held = error.name === "InvalidStateError" ? box.dataset.held : "";
  say(box, held || (error.code && error.message) || box.dataset.failed);
};

const body = (box, more) => ({
  step: "step" in box.dataset,
  next: box.dataset.next || "",
  remember: document.querySelector("input[name=remember]")?.checked === true,
  trust: document.querySelector("input[name=trust]")?.checked === true,
  ...more,
});

const ask = async (box, how) => {
  const options = await post(box, box.dataset.options, body(box));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey, ...how });
  return { answer: credential.toJSON(), site: options.rpId };
};

const forget = (site, answer) => PublicKeyCredential.signalUnknownCredential?.({ rpId: site, credentialId: answer.id });

const show = async (box, how, again = true) => {
  const { answer, site } = await ask(box, how);
  if (box.dataset.passkey === "confirm") {
    box.querySelector("input[name=passkey]").value = JSON.stringify(answer);
    return box.closest("form").submit();
  }
  try {
    location.assign((await post(box, box.dataset.answer, body(box, { answer }))).location);
  } catch (error) {
    if (error.code === "passkey_unknown") await forget(site, answer);
    if (error.code !== "passkey_challenge_not_valid" || !again) throw error;
    await show(box, how, false); // too slow: ask anew by ourselves, once
  }
};

const create = async (box) => {
  const options = await post(box, box.dataset.options, {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  location.assign((await post(box, box.dataset.answer, { answer: credential.toJSON() })).location);
};

// Autofill: one question waits behind the name field; it makes way for the button and comes back after it.
const autofill = (box) => {
  let waiting = null;
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    waiting?.abort();
    waiting = null;
  };
  const start = async () => {
    stop();
    const mine = (waiting = new AbortController());
    timer = setTimeout(start, REFRESH);
    try {
      await show(box, { mediation: "conditional", signal: mine.signal });
    } catch (error) {
      if (mine === waiting && !changedTheirMind(error)) explain(box, error);
    }
  };
  return { start, stop };
};

const open = async (box) => {
  const { passkey } = box.dataset;
  const conditional = passkey === "sign-in" && (await PublicKeyCredential.isConditionalMediationAvailable?.());
  const behind = conditional ? autofill(box) : null;
  const button = box.querySelector("button");
  button.addEventListener("click", async () => {
    behind?.stop();
    say(box, "");
    button.setAttribute("aria-disabled", "true");
    try {
      await (passkey === "create" ? create(box) : show(box, {}));
    } catch (error) {
      explain(box, error);
      behind?.start();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  box.hidden = false;
  behind?.start();
};

// Browsers may offer a passkey that was removed here, or under an old name: tell them what holds (Signal API).
const tell = async (box) => {
  const { site: rpId, user: userId, name } = box.dataset;
  const allAcceptedCredentialIds = box.dataset.accepted.split(" ").filter(Boolean);
  await PublicKeyCredential.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds });
  await PublicKeyCredential.signalCurrentUserDetails?.({ rpId, userId, name, displayName: name });
  box.dataset.told = "yes";
};

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!knowsPasskeys) continue;
  if (box.dataset.passkey === "known") tell(box).catch(() => {});
  else open(box);
}
for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = knowsPasskeys;
for (const part of document.querySelectorAll("[data-needs-passkeys]")) (part.closest(".msg") ?? part).hidden = !knowsPasskeys;
