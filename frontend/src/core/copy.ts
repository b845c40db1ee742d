/** `data-copy="#id"` or `data-copy-text="…"`: puts text on the clipboard and says so. */

import { toast } from "./announce.ts";
import { word } from "./words.ts";

export function installCopy(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy], [data-copy-text]") : null;
    if (!button) return;
    const from = button.dataset["copy"] ? document.querySelector(button.dataset["copy"]) : null;
    const text = button.dataset["copyText"] ?? from?.textContent ?? "";
    void navigator.clipboard.writeText(text.trim()).then(() => toast(word("copied"), "good"));
  });
}

/** `data-print`: prints the page as a paper. */
export function installPrint(): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });
}
