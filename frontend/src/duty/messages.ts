/** What the push stream says; the other side is `jifang/web/push/hub.py` and `web/duty/presenting.py`. */

export interface AlarmMessage {
  id: number;
  version: number;
  /** Sorts as the queue does: priority, then age. */
  order: string;
  state: string;
  class: string;
  owner: number | null;
  signals: number;
  /** What a screen reader says. */
  say: string;
  html: string;
}

export interface QueueMessage {
  total: number;
  rows: AlarmMessage[];
}

export interface RowsMessage {
  rows: AlarmMessage[];
  gone: number[];
}

export interface StripMessage {
  waiting: number;
  inHand: number;
  mine: number;
  total: number;
  oldest: string | null;
  classes: Record<string, number>;
}

export interface LinksMessage {
  tone: string;
  text: string;
  lines: { tone: string; text: string }[];
}
