/**
 * `<j-duty>`: holds the stream, the queue, the sounds and the console's sign of life together.
 *
 * The stream is EventSource: it comes back by itself and tells the last message it saw, and the server then sends what
 * was missed. A stream that is silent for longer than two beats is shown as such before the browser notices.
 */

import { announce, toast } from "../core/announce.ts";
import { htmx } from "../core/fragments.ts";
import { onKey } from "../core/keys.ts";
import { now, setServerTime } from "../core/time.ts";
import type { AlarmMessage, LinksMessage, QueueMessage, RowsMessage, StripMessage } from "./messages.ts";
import { Queue } from "./queue.ts";
import { Sounds } from "./sounds.ts";

const STALE_MS = 25_000;
const BEAT_MS = 15_000;
const REOPEN_MS = 3000;
const FEW = 60;

type Link = "connecting" | "live" | "stale" | "lost" | "over";

export class DutyRoom extends HTMLElement {
  private stream: EventSource | null = null;
  private lastId = "";
  private link: Link = "connecting";
  private heardAt = 0;
  private nextFetch = 0;
  private asking = 0;
  private beating = 0;
  private watching = 0;
  private queue!: Queue;
  private readonly words = new Map<string, string>();
  private readonly undo: (() => void)[] = [];
  private readonly sounds = new Sounds(() => this.showSound());

  connectedCallback(): void {
    for (const each of this.querySelectorAll<HTMLElement>("template[data-words]")) {
      const template = each as HTMLTemplateElement;
      for (const span of template.content.querySelectorAll<HTMLElement>("[data-word]")) this.words.set(span.dataset["word"] ?? "", span.textContent ?? "");
    }
    setServerTime(Number(this.dataset["now"]) * 1000);
    const list = this.find("#alarms");
    const scroller = this.find("[data-list]");
    this.queue = new Queue(list, scroller, this.dataset["me"] ?? "", (count, first) => this.showArrivals(count, first));
    this.queue.total = this.queue.rows.length;
    this.queue.apply();
    this.queue.setCurrent(this.cardId);
    this.listen();
    this.refresh();
    this.open();
    this.watching = window.setInterval(() => this.watch(), 1000);
    this.beating = window.setInterval(() => this.beat(), BEAT_MS);
    void this.unlockIfAllowed();
  }

  disconnectedCallback(): void {
    this.stream?.close();
    this.sounds.stop();
    window.clearInterval(this.watching);
    window.clearInterval(this.beating);
    for (const undo of this.undo) undo();
  }

  private find<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (!found) throw new Error(`the duty page has no ${selector}`);
    return found;
  }

  private say(name: string, values: Record<string, string | number> = {}): string {
    return (this.words.get(name) ?? name).replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
  }

  private get card(): HTMLElement | null {
    return this.querySelector<HTMLElement>("#card > .card");
  }

  private get cardId(): number | null {
    return this.card ? Number(this.card.dataset["id"]) : null;
  }

  private listen(): void {
    this.undo.push(
      onKey("j", this.say("next-row"), () => this.queue.step(1)),
      onKey("k", this.say("previous-row"), () => this.queue.step(-1)),
      onKey("Enter", this.say("open-row"), () => undefined),
    );
    this.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("pointerdown", this.gesture);
    document.addEventListener("keydown", this.gesture);
    document.addEventListener("visibilitychange", this.shown);
    this.undo.push(() => {
      document.removeEventListener("pointerdown", this.gesture);
      document.removeEventListener("keydown", this.gesture);
      document.removeEventListener("visibilitychange", this.shown);
    });
    this.addEventListener("htmx:afterSwap", () => this.cardChanged());
    this.addEventListener("htmx:beforeRequest", (event) => this.counted(event, 1));
    this.addEventListener("htmx:afterRequest", (event) => this.counted(event, -1));
    this.addEventListener("submit", (event) => {
      if (event.target instanceof HTMLElement && event.target.matches("[data-shift-start]")) {
        sessionStorage.setItem("duty-sound", "1");
        this.sounds.play("begin");
      }
    });
  }

  private readonly gesture = (): void => {
    if (this.sounds.state === "blocked") void this.sounds.unlock().then((ok) => ok && this.beat());
  };

  private readonly shown = (): void => {
    if (document.visibilityState === "visible") this.watch();
  };

  /** After the click that began the shift the page was loaded again; browsers often still allow sound then. */
  private async unlockIfAllowed(): Promise<void> {
    if (!this.dataset["shift"]) {
      this.showSound();
      return;
    }
    const allowed = (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation?.hasBeenActive ?? false;
    if ((allowed || sessionStorage.getItem("duty-sound")) && (await Promise.race([this.sounds.unlock(), new Promise<boolean>((done) => setTimeout(() => done(false), 400))]))) {
      if (sessionStorage.getItem("duty-sound")) this.sounds.play("begin");
    }
    sessionStorage.removeItem("duty-sound");
    this.showSound();
    this.beat();
  }

  private clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const filter = target.closest<HTMLElement>("[data-show]");
    if (filter) {
      for (const each of this.querySelectorAll("[data-show]")) each.setAttribute("aria-pressed", String(each === filter));
      this.queue.setFilter(filter.dataset["show"] ?? "all");
      this.refresh();
    }
    if (target.closest("[data-arrivals]")) this.queue.letIn();
    if (target.closest("[data-sound]")) {
      if (this.sounds.state === "blocked") void this.sounds.unlock().then((ok) => ok && this.sounds.play("begin"));
      else this.sounds.toggleMute();
      this.beat();
    }
    const back = target.closest<HTMLAnchorElement>("[data-back]");
    if (back && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.find("#card").replaceChildren();
      history.pushState({}, "", back.href);
      this.cardChanged();
    }
    const closing = target.closest<HTMLElement>("[data-closing]");
    if (closing) {
      event.preventDefault();
      const section = this.querySelector<HTMLElement>("#closing");
      section?.scrollIntoView({ block: "nearest", behavior: "auto" });
      section?.querySelector<HTMLElement>("input[name=result]")?.focus();
    }
  }

  /** Requests whose answer replaces the card. */
  private counted(event: Event, by: number): void {
    const target = (event as CustomEvent<{ target?: HTMLElement }>).detail.target;
    if (target?.id === "card") this.asking = Math.max(0, this.asking + by);
  }

  private cardChanged(): void {
    const id = this.cardId;
    const before = this.dataset["card"];
    if (id === null) delete this.dataset["card"];
    else this.dataset["card"] = String(id);
    this.queue.setCurrent(id);
    // the same card after an act stays where it was read; another one begins at its head
    const place = this.find("#card");
    if (String(id) !== before || this.card?.dataset["state"] === "closed") place.scrollTop = 0;
  }

  // the stream

  private open(): void {
    this.stream?.close();
    const address = new URL(this.dataset["stream"] ?? "", location.href);
    if (this.lastId) address.searchParams.set("last", this.lastId);
    const stream = new EventSource(address);
    this.stream = stream;
    stream.addEventListener("queue", (event) => this.heard(event, (message: QueueMessage) => this.takeQueue(message)));
    stream.addEventListener("rows", (event) => this.heard(event, (message: RowsMessage) => this.takeRows(message)));
    stream.addEventListener("strip", (event) => this.heard(event, (message: StripMessage) => this.takeStrip(message)));
    stream.addEventListener("links", (event) => this.heard(event, (message: LinksMessage) => this.takeLinks(message)));
    stream.addEventListener("beat", (event) => this.heard(event, (message: { now: number }) => setServerTime(message.now)));
    // the session ended or the grants changed: ask once more, the answer decides
    stream.addEventListener("bye", () => this.reopen(500));
    stream.addEventListener("error", () => {
      this.setLink("lost");
      // 204: not signed in any more. EventSource gives up then, and so do we, loudly.
      if (stream.readyState === EventSource.CLOSED && this.stream === stream) void this.whetherOver();
    });
  }

  private reopen(after: number): void {
    this.stream?.close();
    window.setTimeout(() => this.isConnected && this.open(), after);
  }

  private async whetherOver(): Promise<void> {
    const answer = await fetch(this.dataset["queue"] ?? "", { redirect: "manual", headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && (answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 403)) {
      this.setLink("over");
      return;
    }
    this.reopen(REOPEN_MS);
  }

  /** The list has run short although more is open: ask for the whole picture, at most every few seconds. */
  private fetchAll(): void {
    if (performance.now() < this.nextFetch) return;
    this.nextFetch = performance.now() + REOPEN_MS;
    this.lastId = "";
    this.reopen(0);
  }

  private heard<T>(event: MessageEvent<string>, take: (message: T) => void): void {
    this.heardAt = performance.now();
    if (event.lastEventId) this.lastId = event.lastEventId;
    this.setLink("live");
    take(JSON.parse(event.data) as T);
  }

  private watch(): void {
    const silent = performance.now() - this.heardAt;
    if (this.link === "live" && this.heardAt > 0 && silent > STALE_MS) {
      this.setLink("stale");
      this.reopen(0);
    }
    if (this.link === "stale") this.find("[data-link-text]").textContent = this.say("stale", { n: Math.round(silent / 1000) });
  }

  private setLink(link: Link): void {
    if (this.link === link || this.link === "over") return;
    const before = this.link;
    this.link = link;
    const badge = this.find("[data-link-state]");
    badge.dataset["tone"] = { connecting: "unknown", live: "good", stale: "pending", lost: "bad", over: "bad" }[link];
    this.find("[data-link-text]").textContent = link === "stale" ? this.say("stale", { n: Math.round(STALE_MS / 1000) }) : this.say(link);
    if (link === "lost" || link === "over") {
      announce(this.say(link === "over" ? "over" : "lost-link"), true);
      this.sounds.play("lost");
    } else if (link === "live" && (before === "lost" || before === "stale")) {
      announce(this.say("restored-link"));
    }
    this.beat();
  }

  private takeQueue(message: QueueMessage): void {
    const unknown = message.rows.filter((row) => !this.queue.knows(row.id));
    this.queue.reset(message.rows, message.total);
    this.arrived(unknown);
    for (const row of message.rows) this.cardMayHaveChanged(row);
    this.refresh();
  }

  private takeRows(message: RowsMessage): void {
    const unknown = message.rows.filter((row) => !this.queue.knows(row.id));
    for (const row of message.rows) this.queue.put(row);
    for (const id of message.gone) {
      this.queue.remove(id);
      if (id === this.cardId && this.card?.dataset["state"] !== "closed") this.reloadCard();
    }
    this.arrived(unknown);
    for (const row of message.rows) this.cardMayHaveChanged(row);
    this.refresh();
    if (this.queue.rows.length < FEW && this.queue.total > this.queue.rows.length + FEW) this.fetchAll();
  }

  /** Say and sound what is new and waits: the most urgent of it. */
  private arrived(messages: AlarmMessage[]): void {
    const waiting = messages.filter((message) => message.state === "new").sort((a, b) => (a.order < b.order ? -1 : 1));
    const first = waiting[0];
    if (!first) return;
    announce(this.say("new-alarm", { what: first.say }), true);
    this.sounds.play(first.class);
  }

  private cardMayHaveChanged(row: AlarmMessage): void {
    const card = this.card;
    if (!card || Number(card.dataset["id"]) !== row.id || Number(card.dataset["version"]) >= row.version) return;
    card.dataset["version"] = String(row.version);
    if (card.dataset["state"] === row.state && card.dataset["owner"] === String(row.owner ?? "")) {
      const log = card.querySelector("#card-log");
      if (log) htmx.trigger(log, "j:alarm");
      return;
    }
    this.reloadCard();
  }

  /** Whether the person is in the middle of something on the card: a text, a choice, an answer on the way. */
  private get cardIsBusy(): boolean {
    if (this.asking > 0) return true;
    const card = this.card;
    if (!card) return false;
    const active = document.activeElement;
    if (active && card.contains(active) && active.matches("textarea, select, input")) return true;
    return card.querySelector("dialog[open]") !== null || [...card.querySelectorAll("textarea")].some((area) => area.value.trim() !== "");
  }

  /** Somebody else changed the alarm: show it as it is now, unless that would take a text out of one's hands. */
  private reloadCard(): void {
    const id = this.cardId;
    // an answer of our own is on the way and brings the same news
    if (id === null || this.asking > 0) return;
    if (this.cardIsBusy) {
      toast(this.say("taken-over"), "pending");
      return;
    }
    void fetch(`/duty/${id}/`, { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then((html) => {
        if (this.cardId !== id) return;
        if (this.cardIsBusy) {
          toast(this.say("taken-over"), "pending");
          return;
        }
        const place = this.find("#card");
        place.innerHTML = html;
        htmx.process(place);
        this.cardChanged();
      })
      .catch(() => undefined);
  }

  private takeStrip(message: StripMessage): void {
    this.queue.total = message.total;
    for (const [name, value] of Object.entries({ waiting: message.waiting, inHand: message.inHand, mine: message.mine })) {
      const figure = this.querySelector<HTMLElement>(`[data-figure="${name}"]`);
      const place = figure?.querySelector("[data-value]");
      if (place) place.textContent = String(value);
      if (name === "waiting" && figure) {
        if (value > 0) figure.dataset["tone"] = "bad";
        else delete figure.dataset["tone"];
      }
    }
    const oldest = this.find("[data-oldest]");
    oldest.hidden = message.oldest === null;
    this.find("[data-no-oldest]").hidden = message.oldest !== null;
    if (message.oldest !== null && oldest.getAttribute("since") !== message.oldest) {
      const renewed = oldest.cloneNode(true) as HTMLElement;
      renewed.setAttribute("since", message.oldest);
      renewed.hidden = false;
      delete renewed.dataset["state"];
      oldest.replaceWith(renewed);
    }
    for (const chip of this.querySelectorAll<HTMLElement>("[data-class-count]")) {
      const count = message.classes[chip.dataset["classCount"] ?? ""] ?? 0;
      chip.hidden = count === 0;
      const place = chip.querySelector("[data-value]");
      if (place) place.textContent = String(count);
    }
    this.find<HTMLButtonElement>("[data-next]").disabled = message.waiting === 0;
    document.title = document.title.replace(/^(\(\d+\) )?/, message.waiting > 0 ? `(${message.waiting}) ` : "");
    this.refresh();
  }

  private takeLinks(message: LinksMessage): void {
    this.find("[data-links]").dataset["tone"] = message.tone;
    this.find("[data-links-text]").textContent = message.text;
    this.find("[data-links-list]").replaceChildren(
      ...message.lines.map((line) => {
        const item = document.createElement("li");
        item.dataset["tone"] = line.tone;
        item.textContent = line.text;
        return item;
      }),
    );
  }

  // what is shown beside the list

  private refresh(): void {
    const rows = this.queue.rows.length;
    const more = Math.max(0, this.queue.total - rows);
    const place = this.find("[data-more]");
    place.hidden = more === 0;
    place.textContent = this.say("more", { n: more });
    this.find("[data-empty]").hidden = rows > 0;
    this.find("[data-empty-filter]").hidden = rows === 0 || this.queue.shown > 0;
    this.sounds.setWaiting(this.queue.waitingClasses());
  }

  private showArrivals(count: number, first: AlarmMessage | null): void {
    const bar = this.find("[data-arrivals]");
    bar.hidden = count === 0;
    this.find("[data-arrivals-text]").textContent = first ? `${this.say("arrived", { n: count })} · ${first.say}` : "";
  }

  private showSound(): void {
    const button = this.find("[data-sound]");
    const state = this.sounds.state;
    button.dataset["tone"] = { on: "good", muted: "pending", blocked: "bad" }[state];
    this.find("[data-sound-text]").textContent = this.say(`sound-${state}`);
  }

  /** Tell the server what this console is like; the supervisor sees it. */
  private beat(): void {
    if (!this.dataset["shift"]) return;
    const link = this.link === "live" ? "live" : this.link === "stale" ? "stale" : "lost";
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
    void fetch(this.dataset["console"] ?? "", {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ sound: this.sounds.state, link, at: String(Math.round(now())) }),
      keepalive: true,
    }).catch(() => undefined);
  }
}
