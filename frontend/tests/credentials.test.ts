import assert from "node:assert/strict";
import { test } from "node:test";
import { creationOptions, fromBytes, requestOptions, toBytes } from "../src/account/credentials.ts";

// RFC 4648 section 10, without padding, and the two characters in which base64url differs from base64
const VECTORS: [string, number[]][] = [
  ["", []],
  ["Zg", [0x66]],
  ["Zm8", [0x66, 0x6f]],
  ["Zm9v", [0x66, 0x6f, 0x6f]],
  ["-_8", [0xfb, 0xff]],
];

test("base64url is read and written as in RFC 4648", () => {
  for (const [text, bytes] of VECTORS) {
    assert.deepEqual([...toBytes(text)], bytes);
    assert.equal(fromBytes(new Uint8Array(bytes).buffer), text);
  }
});

test("only the fields that are bytes are turned into bytes", () => {
  const made = creationOptions({ challenge: "Zm8", user: { id: "Zg", name: "chen", displayName: "陈" }, excludeCredentials: [{ id: "Zm9v", type: "public-key" }], timeout: 60000 });
  assert.deepEqual([...new Uint8Array(made.challenge as ArrayBuffer)], [0x66, 0x6f]);
  assert.equal(made.user.name, "chen");
  assert.equal(made.timeout, 60000);
  assert.deepEqual([...new Uint8Array(made.excludeCredentials![0]!.id as ArrayBuffer)], [0x66, 0x6f, 0x6f]);
  assert.deepEqual(requestOptions({ challenge: "Zg" }).allowCredentials, []);
});
