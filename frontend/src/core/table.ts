/**
 * `<j-table>` around a `<table class="table">`: rows by keyboard, selection with a bulk bar, choice of columns.
 *
 * Rows that open something carry a link in their first data cell. Selection uses `<input type="checkbox" name="pick">`
 * per row and `<input type="checkbox" data-pick-all>` in the head; the bar is any `[data-bulk]` inside the element and
 * shows its count in `[data-bulk-count]`. Columns are chosen with checkboxes `[data-column="key"]`, cells and heads carry
 * `data-col="key"`; the choice is kept per `name` in this browser. A `column-form` (a form that saves on the server)
 * overrides keeping it here.
 */

import { onKey } from "./keys.ts";
import { word } from "./words.ts";

export class JTable extends HTMLElement {
  private unbind: (() => void)[] = [];
  private lastPicked = -1;

  connectedCallback(): void {
    this.addEventListener("change", this.changed);
    this.addEventListener("click", this.clicked);
    this.unbind = [
      onKey("j", word("nextRow"), () => this.move(1)),
      onKey("k", word("previousRow"), () => this.move(-1)),
      onKey("ArrowDown", word("nextRow"), (event) => this.move(1, event)),
      onKey("ArrowUp", word("previousRow"), (event) => this.move(-1, event)),
      onKey("Enter", word("openRow"), (event) => this.open(event)),
    ];
    if (this.querySelector("input[name=pick]")) this.unbind.push(onKey("x", word("pickRow"), () => this.pickCurrent()));
    this.applyColumns();
    this.count();
  }

  disconnectedCallback(): void {
    for (const undo of this.unbind) undo();
    this.removeEventListener("change", this.changed);
    this.removeEventListener("click", this.clicked);
  }

  private get rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>("tbody > tr:not([data-no-row])")];
  }

  private get current(): HTMLTableRowElement | null {
    return this.querySelector("tr[data-current]");
  }

  private move(step: number, event?: KeyboardEvent): void {
    const active = document.activeElement;
    // arrow keys belong to the page's scrolling until a row was chosen
    if (event && !this.current && !this.contains(active)) return;
    const rows = this.rows;
    if (rows.length === 0) return;
    event?.preventDefault();
    const at = this.current ? rows.indexOf(this.current) : -1;
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    this.current?.removeAttribute("data-current");
    if (!next) return;
    next.setAttribute("data-current", "");
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  private open(event: KeyboardEvent): void {
    if (event.target instanceof Element && event.target.closest("a, button, input, summary")) return;
    const link = this.current?.querySelector<HTMLElement>("a[href], button");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }

  private pickCurrent(): void {
    const box = this.current?.querySelector<HTMLInputElement>("input[name=pick]");
    box?.click();
  }

  private readonly clicked = (event: MouseEvent): void => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "pick") return;
    const rows = this.rows;
    const row = box.closest("tr");
    const at = row ? rows.indexOf(row) : -1;
    if (event.shiftKey && this.lastPicked >= 0) {
      const [from, to] = at < this.lastPicked ? [at, this.lastPicked] : [this.lastPicked, at];
      for (const between of rows.slice(from, to + 1)) {
        const other = between.querySelector<HTMLInputElement>("input[name=pick]");
        if (other) other.checked = box.checked;
      }
      this.count();
    }
    this.lastPicked = at;
  };

  private readonly changed = (event: Event): void => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.dataset["pickAll"] !== undefined) {
      for (const other of this.querySelectorAll<HTMLInputElement>("input[name=pick]")) other.checked = box.checked;
    }
    if (box.dataset["column"]) {
      this.keepColumns();
      this.applyColumns();
    }
    this.count();
  };

  private count(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>("input[name=pick]")];
    const picked = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    const all = this.querySelector<HTMLInputElement>("[data-pick-all]");
    if (all) {
      all.checked = picked.length > 0 && picked.length === boxes.length;
      all.indeterminate = picked.length > 0 && picked.length < boxes.length;
    }
    const bar = this.querySelector<HTMLElement>("[data-bulk]");
    if (bar) bar.hidden = picked.length === 0;
    const words = this.querySelector("[data-bulk-count]");
    if (words) words.textContent = word("selected", { n: picked.length });
  }

  private get store(): string {
    return `columns:${this.getAttribute("name") ?? ""}`;
  }

  private keepColumns(): void {
    if (!this.hasAttribute("name") || this.hasAttribute("column-form")) return;
    const hidden = [...this.querySelectorAll<HTMLInputElement>("[data-column]")].filter((box) => !box.checked).map((box) => box.dataset["column"]);
    localStorage.setItem(this.store, JSON.stringify(hidden));
  }

  private applyColumns(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>("[data-column]")];
    if (boxes.length === 0) return;
    if (this.hasAttribute("name") && !this.hasAttribute("column-form")) {
      const kept = localStorage.getItem(this.store);
      const hidden: unknown = kept ? JSON.parse(kept) : null;
      if (Array.isArray(hidden)) for (const box of boxes) box.checked = !hidden.includes(box.dataset["column"]);
    }
    for (const box of boxes) {
      for (const cell of this.querySelectorAll<HTMLElement>(`[data-col="${CSS.escape(box.dataset["column"] ?? "")}"]`)) cell.hidden = !box.checked;
    }
  }
}

export function defineTable(): void {
  customElements.define("j-table", JTable);
}
