import assert from "node:assert/strict";
import { test } from "node:test";
import { DANGER, mostUrgent, placeOf } from "../src/duty/order.ts";

test("a row goes where priority and age put it", () => {
  const rows = ["010-000000000007", "040-000000000003", "040-000000000009", "060-000000000001"];
  assert.equal(placeOf("020-000000000010", rows), 1);
  assert.equal(placeOf("040-000000000005", rows), 2);
  assert.equal(placeOf("090-000000000001", rows), 4);
  assert.equal(placeOf("001-000000000001", rows), 0);
  assert.equal(placeOf("040-000000000003", []), 0);
});

test("people in danger interrupt everything else", () => {
  assert.equal(mostUrgent(["technical", "hold_up", "burglary"]), "hold_up");
  assert.equal(mostUrgent(["hold_up", "fire"]), "fire");
  assert.equal(mostUrgent(["open_close", "technical"]), "technical");
  assert.equal(mostUrgent([]), null);
  assert.ok(DANGER.has("hold_up"));
  assert.ok(!DANGER.has("burglary"));
});
