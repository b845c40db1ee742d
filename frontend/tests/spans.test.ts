import assert from "node:assert/strict";
import { test } from "node:test";
import { clockState, rough, running, type Units } from "../src/core/spans.ts";

const units: Units = { seconds: (n) => `${n}s`, minutes: (n) => `${n}m`, hours: (n) => `${n}h`, days: (n) => `${n}d` };
const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("an age is one unit, rounded down, and hours reach to two days", () => {
  assert.equal(rough(59.9 * SECOND, units), "59s");
  assert.equal(rough(60 * SECOND, units), "1m");
  assert.equal(rough(59.9 * 60 * SECOND, units), "59m");
  assert.equal(rough(47.9 * HOUR, units), "47h");
  assert.equal(rough(48 * HOUR, units), "2d");
  assert.equal(rough(-90 * SECOND, units), "1m");
});

test("a running clock keeps its width and never shows sixty seconds", () => {
  assert.equal(running(7 * SECOND, units), "0:07");
  assert.equal(running(727 * SECOND, units), "12:07");
  assert.equal(running(3727 * SECOND, units), "1:02:07");
  assert.equal(running(59.999 * SECOND, units), "0:59");
  assert.equal(running(49 * HOUR, units), "2d 1h");
});

test("a countdown warns within its margin and is over after its end, not at it", () => {
  const end = 1_000_000;
  assert.equal(clockState(end - 61 * SECOND, end, "down", 60, "running"), "running");
  assert.equal(clockState(end - 60 * SECOND, end, "down", 60, "running"), "soon");
  assert.equal(clockState(end, end, "down", 60, "running"), "soon");
  assert.equal(clockState(end + 1, end, "down", 60, "running"), "over");
});

test("a clock that counts up warns only when a limit is given", () => {
  assert.equal(clockState(500 * SECOND, 0, "up", 0, "running"), "running");
  assert.equal(clockState(29 * SECOND, 0, "up", 30, "running"), "running");
  assert.equal(clockState(30 * SECOND, 0, "up", 30, "running"), "over");
});

test("a paused or stopped clock stays so whatever the time", () => {
  assert.equal(clockState(9e9, 0, "down", 0, "paused"), "paused");
  assert.equal(clockState(9e9, 0, "up", 1, "stopped"), "stopped");
});
