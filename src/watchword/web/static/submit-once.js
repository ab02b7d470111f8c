// A form is sent once: a second press does nothing. It works again after coming back, or when no answer came.
const LONGEST = 10_000; // milliseconds; somebody who stopped the page must not be stuck with a dead button

const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-busy]")) {
    delete button.dataset.busy;
    button.removeAttribute("aria-disabled");
  }
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) {
    event.submitter.dataset.busy = "yes";
    event.submitter.setAttribute("aria-disabled", "true"); // not `disabled`: that would lose the focus
  }
  setTimeout(free, LONGEST, form);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) free(form);
});
