// Asks about a slip of the finger in the part of an address behind the @: one press mends it, nothing else does.
const PAUSE = 500; // milliseconds without a key, as beside a new password
const SHORTEST = 5; // of a name that a slip may lead to: short ones are near to many true ones
const PROVIDERS = {
  gmail: ["com"],
  googlemail: ["com"],
  hotmail: ["com", "co.uk", "de", "es", "fr", "it"],
  outlook: ["com", "de", "es", "fr", "it", "jp"],
  yahoo: ["com", "ca", "co.id", "co.in", "co.jp", "co.uk", "com.ar", "com.br", "com.mx", "de", "es", "fr", "in", "it"],
  icloud: ["com"],
  protonmail: ["com"],
  mail: ["com", "ru"],
  email: ["com", "cz", "it"],
  ymail: ["com"],
};

// A sign too many or too few, another one, or two that changed places.
const isNear = (typed, right) => {
  const shorter = Math.min(typed.length, right.length);
  let before = 0;
  while (before < shorter && typed[before] === right[before]) before += 1;
  let after = 0;
  while (after < shorter - before && typed.at(-1 - after) === right.at(-1 - after)) after += 1;
  const [here, there] = [typed, right].map((word) => word.slice(before, word.length - after));
  return Math.max(here.length, there.length) < 2 || (here.length === 2 && here === there[1] + there[0]);
};

const meant = (domain) => {
  const [name, ...rest] = domain.toLowerCase().split(".");
  const ending = rest.join(".");
  const known = Object.keys(PROVIDERS);
  const right = known.includes(name) ? name : known.find((each) => each.length >= SHORTEST && isNear(name, each));
  if (!right || !ending) return null;
  if (PROVIDERS[right].includes(ending)) return right === name ? null : `${right}.${ending}`;
  return isNear(ending, "com") ? `${right}.com` : null;
};

for (const button of document.querySelectorAll("button[data-mends]")) {
  const field = document.getElementById(button.dataset.mends);
  const shown = button.querySelector("bdi");
  let timer;

  const look = () => {
    const [, domain] = field.value.trim().split("@");
    shown.textContent = (domain && meant(domain)) ?? "";
    button.hidden = !shown.textContent;
  };
  button.addEventListener("click", () => {
    field.value = `${field.value.trim().split("@")[0]}@${shown.textContent}`;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    look();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  look();
}
