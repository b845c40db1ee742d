/** Where a row belongs in a list sorted by `order`: pure, so that it can be tested without a page. */

/** The index before which `order` is inserted; equal orders keep their place. */
export function placeOf(order: string, sorted: readonly string[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The most urgent of several classes that wait, in the order in which they interrupt each other. */
export const URGENCY = ["fire", "hold_up", "medical", "burglary", "tamper", "access", "unknown", "supervision", "technical", "open_close", "test"] as const;

export function mostUrgent(classes: Iterable<string>): string | null {
  const present = new Set(classes);
  return URGENCY.find((name) => present.has(name)) ?? null;
}

/** Classes in which persons are in danger: nothing mutes them. */
export const DANGER: ReadonlySet<string> = new Set(["fire", "hold_up", "medical"]);
