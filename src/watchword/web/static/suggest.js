// Fills in a passphrase that the server suggests, and shows it. Without scripts a link opens a page with one.
for (const place of document.querySelectorAll("[data-fill]")) {
  const field = document.getElementById(place.dataset.fill);
  const [link, button] = place.children;
  const fill = async () => {
    const answer = await fetch(link.href, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    field.value = (await answer.json()).passphrase;
    if (field.type === "password") document.querySelector(`button[data-show][aria-controls="${field.id}"]`).click();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  button.addEventListener("click", fill);
  link.hidden = true;
  button.hidden = false;
}
