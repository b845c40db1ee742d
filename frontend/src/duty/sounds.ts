/**
 * Sounds of the duty room, made here (no files): one pattern for each class, so that one hears what came before one
 * looks. Browsers let a page sound only after a click or a key; until then `state` is "blocked".
 *
 * A waiting alarm repeats its pattern: people in danger every 4 s until somebody takes it, burglary every 12 s, the
 * rest once. Muting silences everything but hold-up, fire and help calls.
 */

import { DANGER, mostUrgent } from "./order.ts";

interface Note {
  /** Hertz; 0 is a pause. */
  pitch: number;
  /** Seconds. */
  length: number;
  wave?: OscillatorType;
}

const beeps = (pitch: number, count: number, length: number, wave: OscillatorType = "sine"): Note[] =>
  Array.from({ length: count }, () => [{ pitch, length, wave }, { pitch: 0, length: length * 0.7 }]).flat();

const PATTERNS: Record<string, Note[]> = {
  hold_up: [...beeps(1046, 3, 0.09, "square"), { pitch: 0, length: 0.12 }, ...beeps(1318, 3, 0.09, "square")],
  fire: [{ pitch: 620, length: 0.35, wave: "triangle" }, { pitch: 930, length: 0.35, wave: "triangle" }, { pitch: 620, length: 0.35, wave: "triangle" }, { pitch: 930, length: 0.35, wave: "triangle" }],
  medical: [{ pitch: 784, length: 0.22 }, { pitch: 988, length: 0.22 }, { pitch: 1175, length: 0.36 }],
  burglary: [...beeps(880, 2, 0.18, "triangle"), { pitch: 698, length: 0.3, wave: "triangle" }],
  tamper: beeps(740, 2, 0.14, "triangle"),
  access: beeps(660, 2, 0.12),
  unknown: [{ pitch: 520, length: 0.12 }, { pitch: 494, length: 0.2 }],
  supervision: [{ pitch: 440, length: 0.14 }, { pitch: 370, length: 0.2 }],
  technical: [{ pitch: 440, length: 0.16 }],
  open_close: [{ pitch: 587, length: 0.1 }],
  test: [],
  begin: [{ pitch: 523, length: 0.12 }, { pitch: 659, length: 0.12 }, { pitch: 784, length: 0.18 }],
  lost: [{ pitch: 392, length: 0.22, wave: "triangle" }, { pitch: 311, length: 0.36, wave: "triangle" }],
};

const REPEAT_SECONDS: Record<string, number> = { hold_up: 4, fire: 4, medical: 4, burglary: 12, tamper: 20 };
const LOUDNESS: Record<string, number> = { hold_up: 0.3, fire: 0.34, medical: 0.34, burglary: 0.3 };

export type SoundState = "on" | "muted" | "blocked";

export class Sounds {
  private context: AudioContext | null = null;
  private muted = false;
  private waiting = new Set<string>();
  private timer = 0;
  private nextAt = 0;
  private endsAt = 0;

  constructor(private readonly changed: () => void) {}

  /** Whether the console can be heard. */
  get state(): SoundState {
    if (this.context?.state !== "running") return "blocked";
    return this.muted ? "muted" : "on";
  }

  /** Open the sound; only works inside a click or a key press. */
  async unlock(): Promise<boolean> {
    this.context ??= new AudioContext();
    this.context.onstatechange = () => this.changed();
    if (this.context.state !== "running") await this.context.resume().catch(() => undefined);
    this.changed();
    return this.context.state === "running";
  }

  /** Mute or unmute what may be muted. */
  toggleMute(): void {
    this.muted = !this.muted;
    this.changed();
  }

  /** Play a pattern once, unless it is muted. */
  play(name: string): void {
    const context = this.context;
    if (!context || context.state !== "running") return;
    if (this.muted && !DANGER.has(name) && name !== "begin") return;
    let at = Math.max(context.currentTime + 0.01, this.endsAt);
    // never a queue of sounds: what cannot begin within a second is not worth hearing
    if (at - context.currentTime > 1) return;
    for (const note of PATTERNS[name] ?? []) {
      if (note.pitch > 0) this.tone(context, at, note, LOUDNESS[name] ?? 0.22);
      at += note.length;
    }
    this.endsAt = at;
  }

  private tone(context: AudioContext, at: number, note: Note, loudness: number): void {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = note.wave ?? "sine";
    oscillator.frequency.value = note.pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.012);
    gain.gain.setValueAtTime(loudness, at + note.length - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + note.length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + note.length + 0.02);
  }

  /** Say which classes wait for somebody: the most urgent of them repeats until it is taken. */
  setWaiting(classes: Iterable<string>): void {
    this.waiting = new Set(classes);
    this.timer ||= window.setInterval(() => this.repeat(), 500);
  }

  private repeat(): void {
    const name = mostUrgent([...this.waiting].filter((each) => !this.muted || DANGER.has(each)));
    const every = name ? REPEAT_SECONDS[name] : undefined;
    const now = performance.now() / 1000;
    if (!name || every === undefined) {
      this.nextAt = 0;
      return;
    }
    if (this.nextAt === 0) this.nextAt = now + every;
    if (now >= this.nextAt) {
      this.play(name);
      this.nextAt = now + every;
    }
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    void this.context?.close();
    this.context = null;
  }
}
