/** Says things to screen readers, and shows toasts to eyes. */

import { word } from "./words.ts";

/** Read `text` aloud; `urgent` interrupts what is being read (a new alarm), otherwise it waits. */
export function announce(text: string, urgent = false): void {
  const region = document.getElementById(urgent ? "announce-assertive" : "announce-polite");
  if (!region) return;
  region.textContent = "";
  // a changed node is announced even when the words are the same as before
  window.setTimeout(() => {
    region.textContent = text;
  }, 40);
}

export type Tone = "good" | "bad" | "pending" | "info";

const STAYS: Record<Tone, number> = { good: 5000, info: 7000, pending: 12_000, bad: 0 };

/** Show a message in the corner; one that reports a failure stays until it is dismissed. */
export function toast(text: string, tone: Tone = "info"): HTMLElement {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset["tone"] = tone;
  box.setAttribute("role", tone === "bad" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.dataset["dismiss"] = "";
  close.setAttribute("aria-label", word("dismiss"));
  close.textContent = "✕";
  box.append(words, close);
  document.getElementById("toasts")?.append(box);
  if (STAYS[tone] > 0) window.setTimeout(() => box.remove(), STAYS[tone]);
  return box;
}

export function installToasts(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-dismiss]") : null;
    target?.closest(".toast, .note, .arrivals")?.remove();
  });
  for (const box of document.querySelectorAll<HTMLElement>("#toasts .toast")) {
    if (box.dataset["tone"] === "good" || box.dataset["tone"] === "info") window.setTimeout(() => box.remove(), 7000);
  }
}
