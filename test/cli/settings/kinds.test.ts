import assert from "node:assert/strict";
import test from "node:test";
import { parseAddress } from "../../../src/base/address.ts";
import { parseDuration } from "../../../src/cli/settings/duration.ts";
import * as kinds from "../../../src/cli/settings/kinds.ts";

for (const [text, host, port] of [
  ["127.0.0.1:9443", "127.0.0.1", 9443],
  ["[::1]:0", "::1", 0],
  ["localhost:65535", "localhost", 65535],
  [":8000", "0.0.0.0", 8000],
] as const)
  test(`${text} is an address`, () => {
    assert.deepEqual(parseAddress(text), { host, port });
  });

for (const wrong of ["9443", "localhost", "localhost:", "localhost:65536", "::1:9443", "a b:1", "", 9443, null])
  test(`${JSON.stringify(wrong)} is no address`, () => {
    assert.throws(() => parseAddress(wrong), /must be HOST:PORT/);
  });

for (const [raw, ms] of [
  ["500ms", 500],
  ["90s", 90_000],
  ["1h30m", 5_400_000],
  ["1.5s", 1500],
  [30, 30_000],
] as const)
  test(`${raw} are ${ms} ms`, () => {
    assert.equal(parseDuration(raw), ms);
  });

for (const wrong of ["", "5", "5 m", "-5s", "m", "1d", true])
  test(`${JSON.stringify(wrong)} is no time`, () => {
    assert.throws(() => parseDuration(wrong), /must be a time/);
  });

test("a map is read from NAME=VALUE texts", () => {
  const setting = kinds.positives({ help: "" });
  assert.deepEqual(
    setting.schema.parse(setting.fromTexts(["ssd=1", "hdd=0.5"])),
    new Map([
      ["ssd", 1],
      ["hdd", 0.5],
    ]),
  );
});

test("a map may hold an equals sign in its values", () => {
  const setting = kinds.texts({ help: "" });
  assert.deepEqual(setting.schema.parse(["node=/a=b"]), new Map([["node", "/a=b"]]));
});

for (const [what, raw] of [
  ["a name that comes twice", ["a=1", "a=2"]],
  ["an entry without a value", ["a"]],
  ["a number that is 0", ["a=0"]],
  ["a number in hexadecimal", ["a=0x10"]],
  ["a text", "a=1"],
] as const)
  test(`a map of numbers refuses ${what}`, () => {
    assert.equal(kinds.positives({ help: "" }).schema.safeParse(raw).success, false);
  });

test("a size is read as Kubernetes writes it", () => {
  assert.equal(kinds.bytes({ help: "", initial: 1 }).schema.parse("1.5Mi"), 1_572_864);
});
