/** A `<select multiple>` in a filter bar is tall and needs Ctrl: it becomes a menu of checkboxes that says what is chosen. */

import { word } from "./words.ts";

function enhance(select: HTMLSelectElement): void {
  if (select.dataset["enhanced"] !== undefined) return;
  select.dataset["enhanced"] = "";
  select.hidden = true;
  const menu = document.createElement("details");
  menu.className = "menu start choices-menu";
  menu.dataset["menu"] = "";
  const summary = document.createElement("summary");
  const label = select.labels?.[0];
  if (label) {
    label.id ||= `${select.id}_label`;
    summary.setAttribute("aria-labelledby", `${label.id} ${select.id}_chosen`);
  }
  summary.id = `${select.id}_chosen`;
  const list = document.createElement("div");
  list.className = "menu-list";
  const say = (): void => {
    const chosen = [...select.selectedOptions].map((option) => option.text);
    summary.textContent = chosen.length === 0 ? word("any") : chosen.length === 1 ? (chosen[0] ?? "") : word("chosen", { n: chosen.length });
    summary.classList.toggle("some", chosen.length > 0);
  };
  for (const option of select.options) {
    const row = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = option.selected;
    box.addEventListener("change", () => {
      option.selected = box.checked;
      say();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const words = document.createElement("span");
    words.textContent = option.text;
    row.append(box, words);
    list.append(row);
  }
  menu.append(summary, list);
  select.after(menu);
  say();
}

function all(root: ParentNode): void {
  for (const select of root.querySelectorAll<HTMLSelectElement>(".filter-bar select[multiple]")) enhance(select);
}

export function installChoices(): void {
  all(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof HTMLElement) all(event.target);
  });
}
