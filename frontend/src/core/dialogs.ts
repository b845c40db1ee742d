/** Dialogs and menus: opened by attributes, closed by Escape, by a click outside, or by their own buttons. */

function clicked(event: MouseEvent): void {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && target.open && !target.hasAttribute("data-decision")) {
    // a click on the backdrop lands on the dialog itself; a decision is never dropped by a stray click
    const box = target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) target.close();
  }
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open], details.article[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

export function installDialogs(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open], details.article[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
