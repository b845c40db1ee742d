/** `<j-time>` and `<j-clock>`: instants and clocks that stay true while the page is open. */

import { clockState, rough, running, type Units } from "./spans.ts";
import { language, word } from "./words.ts";

const units: Units = {
  seconds: (n) => word("seconds", { n }),
  minutes: (n) => word("minutes", { n }),
  hours: (n) => word("hours", { n }),
  days: (n) => word("days", { n }),
};

const ZONE = "Asia/Shanghai";
const clockFormat = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const fullFormat = new Intl.DateTimeFormat(language, { timeZone: ZONE, dateStyle: "full", timeStyle: "long" });

const ticking = new Set<{ tick(now: number): void }>();
let timer = 0;
let skew = 0;

/** Now, as the server sees it: the browser's clock corrected by what the server last said. */
export function now(): number {
  return Date.now() + skew;
}

/** Tell the page the server's time (milliseconds since 1970), so that ages do not depend on this machine's clock. */
export function setServerTime(milliseconds: number): void {
  skew = milliseconds - Date.now();
}

function beat(): void {
  const at = now();
  for (const element of ticking) element.tick(at);
}

function join(element: { tick(now: number): void }): void {
  ticking.add(element);
  element.tick(now());
  timer ||= window.setInterval(beat, 1000);
}

function leave(element: { tick(now: number): void }): void {
  ticking.delete(element);
  if (ticking.size === 0 && timer) {
    window.clearInterval(timer);
    timer = 0;
  }
}

/** The age of an instant in words, or how far ahead it lies. */
export function ageOf(at: number, from: number): string {
  const gap = from - at;
  if (Math.abs(gap) < 5000) return word("justNow");
  return gap > 0 ? word("ago", { t: rough(gap, units) }) : word("ahead", { t: rough(gap, units) });
}

/**
 * An instant as a local clock with the age beside it and the full date on hover.
 * `datetime`: ISO 8601; `mode`: both (default), clock, age or full.
 */
export class JTime extends HTMLElement {
  private at = Number.NaN;
  private age: HTMLElement | null = null;
  private shownDay = "";

  connectedCallback(): void {
    this.at = Date.parse(this.getAttribute("datetime") ?? "");
    if (Number.isNaN(this.at)) return;
    this.title = fullFormat.format(this.at);
    join(this);
  }

  disconnectedCallback(): void {
    leave(this);
  }

  tick(current: number): void {
    const mode = this.getAttribute("mode") ?? "both";
    const today = dayFormat.format(current);
    if (mode === "age") {
      const text = ageOf(this.at, current);
      if (this.textContent !== text) this.textContent = text;
      return;
    }
    if (this.shownDay !== today) {
      this.shownDay = today;
      const day = dayFormat.format(this.at);
      const clock = clockFormat.format(this.at);
      const shortened = day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day;
      this.textContent = mode === "full" ? `${day} ${clock}` : day === today ? clock : `${shortened} ${clock.slice(0, 5)}`;
      this.age = null;
      if (mode === "both") {
        this.age = document.createElement("span");
        this.age.className = "age";
        this.append(this.age);
      }
    }
    if (this.age) {
      const text = ageOf(this.at, current);
      if (this.age.textContent !== text) this.age.textContent = text;
    }
  }
}

/** A running clock: `since` counts up, `until` counts down; `soon` seconds is where it warns; the look is `data-state`. */
export class JClock extends HTMLElement {
  private anchor = Number.NaN;
  private counting: "up" | "down" = "up";
  private given = "running";
  private words: HTMLElement | null = null;

  static readonly observedAttributes = ["since", "until"];

  connectedCallback(): void {
    this.given = this.dataset["state"] ?? "running";
    this.words = this.querySelector(":scope > span") ?? this;
    this.read();
    if (!Number.isNaN(this.anchor) && this.given !== "paused" && this.given !== "stopped") join(this);
  }

  disconnectedCallback(): void {
    leave(this);
  }

  attributeChangedCallback(): void {
    this.read();
  }

  private read(): void {
    const until = this.getAttribute("until");
    this.counting = until ? "down" : "up";
    this.anchor = Date.parse(until ?? this.getAttribute("since") ?? "");
    if (!Number.isNaN(this.anchor)) this.title = fullFormat.format(this.anchor);
  }

  tick(current: number): void {
    const soon = Number(this.getAttribute("soon") ?? 0);
    const state = clockState(current, this.anchor, this.counting, soon, this.given);
    if (this.dataset["state"] !== state) this.dataset["state"] = state;
    const t = running(current - this.anchor, units);
    const text = this.counting === "up" ? t : word(state === "over" ? "over" : "left", { t });
    if (this.words && this.words.textContent !== text) this.words.textContent = text;
  }
}

export function defineTime(): void {
  customElements.define("j-time", JTime);
  customElements.define("j-clock", JClock);
}
