/** Lengths of time in words: pure, so that they can be tested without a page. */

export interface Units {
  seconds(n: number): string;
  minutes(n: number): string;
  hours(n: number): string;
  days(n: number): string;
}

/** A rough age, one unit: what a person says ("4 min", "3 h", "12 d"). `ms` may be negative; the sign is dropped. */
export function rough(ms: number, units: Units): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 60) return units.seconds(seconds);
  if (seconds < 3600) return units.minutes(Math.floor(seconds / 60));
  if (seconds < 172_800) return units.hours(Math.floor(seconds / 3600));
  return units.days(Math.floor(seconds / 86_400));
}

/** A running clock: 0:07, 12:07, 1:02:07; from two days on in days and hours. */
export function running(ms: number, units: Units): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds >= 172_800) return `${units.days(Math.floor(seconds / 86_400))} ${units.hours(Math.floor((seconds % 86_400) / 3600))}`;
  const pad = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

export type ClockState = "running" | "soon" | "over" | "paused" | "stopped";

/**
 * How a clock badge looks. With `until` it counts down and warns when `soon` seconds or less are left; with
 * `since` it counts up and warns from `soon` seconds on (0: never). A paused or stopped clock stays so.
 */
export function clockState(now: number, anchor: number, counting: "up" | "down", soon: number, given: string): ClockState {
  if (given === "paused" || given === "stopped") return given;
  const seconds = (counting === "down" ? anchor - now : now - anchor) / 1000;
  if (counting === "down") return seconds < 0 ? "over" : seconds <= soon ? "soon" : "running";
  return soon > 0 && seconds >= soon ? "over" : "running";
}
