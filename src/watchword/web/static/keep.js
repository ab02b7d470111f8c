// Copy the text of an element, or print the page: buttons that stay hidden without scripts.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  const spoken = button.nextElementSibling;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
    button.textContent = spoken.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; spoken.textContent = ""; }, 4000);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
