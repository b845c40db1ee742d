/**
 * The list of alarms. Rows come as HTML from the server and are put where they belong.
 *
 * A new row never pushes what somebody points at or reads: while the pointer or the keyboard is in the list, arrivals
 * wait behind a bar of fixed height that says how many and what; leaving the list, the bar, or its key lets them in.
 */

import { htmx } from "../core/fragments.ts";
import type { AlarmMessage } from "./messages.ts";
import { placeOf } from "./order.ts";

const QUIET_AFTER = 6000;

export class Queue {
  private readonly held = new Map<number, AlarmMessage>();
  private busyUntil = 0;
  private filter = "all";
  private current: number | null = null;
  total = 0;

  constructor(
    private readonly list: HTMLElement,
    private readonly scroller: HTMLElement,
    private readonly me: string,
    private readonly arrivals: (count: number, first: AlarmMessage | null) => void,
  ) {
    scroller.addEventListener("pointermove", () => this.touched());
    scroller.addEventListener("pointerleave", () => this.left());
    scroller.addEventListener("focusin", () => this.touched());
    window.setInterval(() => {
      if (this.held.size > 0 && !this.busy) this.letIn();
    }, 1000);
  }

  private get busy(): boolean {
    return performance.now() < this.busyUntil;
  }

  private touched(): void {
    this.busyUntil = performance.now() + QUIET_AFTER;
  }

  private left(): void {
    this.busyUntil = 0;
    this.letIn();
  }

  get rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(":scope > .alarm")];
  }

  row(id: number): HTMLElement | null {
    return this.list.querySelector<HTMLElement>(`:scope > #alarm-${id}`);
  }

  knows(id: number): boolean {
    return this.held.has(id) || this.row(id) !== null;
  }

  /** Classes that wait for somebody, shown or held back. */
  *waitingClasses(): Generator<string> {
    for (const row of this.rows) if (row.dataset["state"] === "new") yield row.dataset["kind"] ?? "";
    for (const message of this.held.values()) if (message.state === "new") yield message.class;
  }

  /** Take one message: a known row changes in place, a new one arrives. */
  put(message: AlarmMessage): void {
    const old = this.row(message.id);
    if (old) {
      if (Number(old.dataset["version"]) < message.version) this.replace(old, message);
      return;
    }
    if (this.busy || this.held.has(message.id)) this.held.set(message.id, message);
    else this.insert(message);
    this.tellArrivals();
  }

  /** Take the whole queue as the server has it; what it does not name is gone. */
  reset(messages: AlarmMessage[], total: number): void {
    this.total = total;
    const named = new Set(messages.map((message) => message.id));
    for (const row of this.rows) if (!named.has(Number(row.dataset["id"]))) row.remove();
    for (const id of [...this.held.keys()]) if (!named.has(id)) this.held.delete(id);
    for (const message of messages) this.put(message);
    this.apply();
  }

  remove(id: number): void {
    this.held.delete(id);
    const row = this.row(id);
    if (row) {
      if (this.current === id) this.current = null;
      row.remove();
    }
    this.tellArrivals();
  }

  /** Let everything in that waits behind the bar. */
  letIn(): void {
    const waiting = [...this.held.values()];
    this.held.clear();
    for (const message of waiting) this.insert(message);
    this.tellArrivals();
  }

  private tellArrivals(): void {
    const held = [...this.held.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
    this.arrivals(held.length, held[0] ?? null);
  }

  private make(message: AlarmMessage): HTMLElement | null {
    const template = document.createElement("template");
    template.innerHTML = message.html;
    const row = template.content.firstElementChild;
    return row instanceof HTMLElement ? row : null;
  }

  private replace(old: HTMLElement, message: AlarmMessage): void {
    const row = this.make(message);
    if (!row) return;
    const focused = old.contains(document.activeElement);
    if (row.dataset["order"] === old.dataset["order"]) {
      old.replaceWith(row);
    } else {
      old.remove();
      this.place(row);
    }
    htmx.process(row);
    this.mark(row);
    if (focused) row.querySelector("a")?.focus({ preventScroll: true });
  }

  private insert(message: AlarmMessage): void {
    const row = this.make(message);
    if (!row) return;
    row.classList.add("fresh");
    const before = this.scroller.scrollHeight;
    const above = this.place(row);
    htmx.process(row);
    this.mark(row);
    // keep what is read where it is when rows come in above it
    if (above && this.scroller.scrollTop > 0) this.scroller.scrollTop += this.scroller.scrollHeight - before;
  }

  private place(row: HTMLElement): boolean {
    const rows = this.rows;
    const index = placeOf(row.dataset["order"] ?? "", rows.map((each) => each.dataset["order"] ?? ""));
    const next = rows[index];
    this.list.insertBefore(row, next ?? null);
    return next !== undefined && next.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top;
  }

  private mark(row: HTMLElement): void {
    const mine = row.dataset["owner"] === this.me;
    row.toggleAttribute("data-mine", mine);
    const id = Number(row.dataset["id"]);
    if (id === this.current) row.setAttribute("aria-current", "true");
    row.hidden = (this.filter === "new" && row.dataset["state"] !== "new") || (this.filter === "mine" && !mine);
  }

  /** Show `all`, `new` or `mine`. */
  setFilter(filter: string): void {
    this.filter = filter;
    this.apply();
  }

  apply(): void {
    for (const row of this.rows) this.mark(row);
  }

  get shown(): number {
    return this.rows.filter((row) => !row.hidden).length;
  }

  /** The alarm whose card is open. */
  setCurrent(id: number | null): void {
    this.current = id;
    for (const row of this.rows) {
      if (Number(row.dataset["id"]) === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  /** Move the keyboard's place by one row. */
  step(by: number): void {
    const rows = this.rows.filter((row) => !row.hidden);
    if (rows.length === 0) return;
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const from = focused >= 0 ? focused : rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + by))];
    next?.querySelector("a")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}
