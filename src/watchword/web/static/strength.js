// Says how good a new password is while it is typed. The server judges, by the rules that decide at the end; what was
// typed goes only where the form goes anyway. Without scripts, or without an answer, the form tells when it is sent.
const PAUSE = 500; // milliseconds without a key, so that a voice is not interrupted by itself

for (const live of document.querySelectorAll("[data-strength]")) {
  const field = document.getElementById(live.dataset.field);
  const meter = live.previousElementSibling;
  const typed = (name) => field.form.elements.namedItem(name)?.value ?? "";
  let timer;
  let newest = 0;

  const show = ({ score, word, tip }) => {
    const strong = document.createElement("strong");
    strong.textContent = word;
    live.replaceChildren(strong, ` ${tip}`);
    meter.dataset.score = Math.max(score, 1);
    meter.hidden = false;
  };
  const clear = () => {
    live.replaceChildren();
    meter.hidden = true;
  };
  const ask = async (number) => {
    const fields = { csrf_token: typed("csrf_token"), username: typed("username"), email: typed("email") };
    const rules = { about: live.dataset.about, minimum: field.minLength };
    const body = new URLSearchParams({ ...fields, ...rules, password: field.value });
    const headers = { Accept: "application/json" };
    const answer = await fetch(live.dataset.strength, { method: "POST", body, headers }).catch(() => null);
    const judged = answer?.ok ? await answer.json() : null;
    if (number !== newest) return; // more was typed meanwhile
    if (judged) show(judged);
    else clear();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    newest += 1;
    if (field.value) timer = setTimeout(ask, PAUSE, newest);
    else clear();
  });
}
