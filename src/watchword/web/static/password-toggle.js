// Show and hide a password. Without scripts the button stays hidden; before it is sent, the password is masked again.
for (const button of document.querySelectorAll("button[data-show]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const [seen, spoken] = button.children;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    field.spellcheck = false; // a shown password must not go to a spelling service
    seen.textContent = shown ? button.dataset.hide : button.dataset.show;
    spoken.textContent = shown ? button.dataset.hideName : button.dataset.showName;
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false)); // else the browser may keep it as a suggestion
  button.hidden = false;
}
