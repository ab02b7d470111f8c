// What may be used or tried again in `data-until` seconds: the time runs, and is spoken at 30, 10 and 0 only. A button is
// disabled meanwhile; without scripts it just works. The server decides in any case.
for (const waiting of document.querySelectorAll("[data-until]")) {
  const note = document.getElementById(waiting.dataset.note);
  const shown = note.querySelector("[data-left]");
  const spoken = note.querySelector("[role=status]");
  const end = Date.now() + Number(waiting.dataset.until) * 1000;
  const isButton = waiting instanceof HTMLButtonElement;
  let said = Infinity;

  const say = (seconds) => {
    if (seconds === said || !(`at${seconds}` in spoken.dataset)) return;
    said = seconds;
    spoken.textContent = spoken.dataset[`at${seconds}`];
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000)); // from the clock: a sleeping tab counts right
    shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    say(left);
    if (left > 0) return;
    clearInterval(timer);
    if (isButton) waiting.disabled = false;
    note.querySelector("[data-line]").hidden = true;
  };

  const timer = setInterval(tick, 250);
  if (isButton) waiting.disabled = true;
  note.hidden = false;
  tick();
}
