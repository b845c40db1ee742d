/**
 * The keyboard layer. A key is declared in the page (`data-key="n" data-key-label="Take the next alarm"` on a
 * button, link or field) or in code (`onKey`); `?` lists what works here.
 */

import { word } from "./words.ts";

interface Key {
  key: string;
  label: string;
  run: (event: KeyboardEvent) => void;
}

const coded = new Map<string, Key>();

/** Bind a key for as long as the page lives; returns how to unbind it. */
export function onKey(key: string, label: string, run: (event: KeyboardEvent) => void): () => void {
  coded.set(key, { key, label, run });
  return () => {
    if (coded.get(key)?.run === run) coded.delete(key);
  };
}

function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

function visible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0 && !element.matches(":disabled, [aria-disabled='true']");
}

function declared(): HTMLElement[] {
  const open = document.querySelector("dialog[open]");
  return [...(open ?? document).querySelectorAll<HTMLElement>("[data-key]")].filter(visible);
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && document.activeElement instanceof HTMLElement && writes(document.activeElement)) {
    document.activeElement.blur();
    return;
  }
  if (writes(event.target) && event.key !== "F1") return;
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  const element = declared().find((candidate) => candidate.dataset["key"] === event.key);
  if (element) {
    event.preventDefault();
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
      element.focus();
      if (element instanceof HTMLInputElement) element.select();
    } else {
      element.click();
    }
    return;
  }
  if (!document.querySelector("dialog[open]")) coded.get(event.key)?.run(event);
}

const NAMES: Record<string, string> = { " ": "␣", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Enter: "↵" };

/** List the keys of this page in a dialog. */
export function showKeys(): void {
  const rows = new Map<string, string>([["?", word("showKeys")]]);
  for (const element of declared()) {
    const key = element.dataset["key"];
    if (key) rows.set(key, element.dataset["keyLabel"] ?? element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "");
  }
  for (const { key, label } of coded.values()) rows.set(key, label);

  const dialog = document.createElement("dialog");
  dialog.className = "dialog wide";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const head = document.createElement("div");
  head.className = "dialog-head";
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = word("keys");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.dataset["close"] = "";
  close.setAttribute("aria-label", word("close"));
  close.textContent = "✕";
  head.append(title, close);
  const body = document.createElement("div");
  body.className = "dialog-body keys";
  for (const [key, label] of rows) {
    const row = document.createElement("div");
    const words = document.createElement("span");
    words.textContent = label;
    const cap = document.createElement("kbd");
    cap.textContent = NAMES[key] ?? key;
    row.append(words, cap);
    body.append(row);
  }
  dialog.append(head, body);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

export function installKeys(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-show-keys]")) showKeys();
  });
}
