// A button that may be used again in so many seconds. Spoken at 30, 10 and 0 only; the server decides in any case.
for (const line of document.querySelectorAll("[data-wait]")) {
  const button = document.getElementById(line.dataset.for);
  const spoken = line.querySelector("[role=status]");
  const shown = line.querySelector("[data-seconds]");
  const end = Date.now() + Number(line.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    shown.textContent = String(left);
    if (left === 30 || left === 10) spoken.textContent = `${left}`;
    if (left > 0) return;
    clearInterval(timer);
    button.disabled = false;
    spoken.textContent = line.dataset.ready;
    line.querySelector("[data-line]").hidden = true;
  };
  button.disabled = true;
  line.hidden = false;
  const timer = setInterval(tick, 250);
  tick();
}
