import assert from "node:assert/strict";
import { test } from "node:test";
import { illnessOf, parseAttributes } from "../../src/lvmd/lvm/attr.ts";

test("an ordinary active volume is read letter by letter", () => {
  assert.deepEqual(parseAttributes("-wi-ao----"), {
    type: "plain",
    permissions: "writeable",
    allocation: "inherited",
    allocationLocked: false,
    fixedMinor: false,
    state: "active",
    open: true,
    target: "none",
    zero: false,
    health: "well",
    skipActivation: false,
  });
});

test("a thin snapshot that is read-only, zeroing and skipped at activation is read letter by letter", () => {
  const attributes = parseAttributes("Vri---tz-k");
  assert.equal(attributes.type, "thin-volume");
  assert.equal(attributes.permissions, "read-only");
  assert.equal(attributes.state, "inactive");
  assert.equal(attributes.open, false);
  assert.equal(attributes.target, "thin");
  assert.equal(attributes.zero, true);
  assert.equal(attributes.skipActivation, true);
});

test("an upper-case policy is a locked one, a pinned minor number is seen", () => {
  const attributes = parseAttributes("pwCma-----");
  assert.equal(attributes.type, "pvmove");
  assert.equal(attributes.allocation, "contiguous");
  assert.equal(attributes.allocationLocked, true);
  assert.equal(attributes.fixedMinor, true);
});

const ill = {
  "-wi-----p-": /disk that is missing/,
  "rwi-a-r-r-": /degraded/,
  "rwi-a-r-m-": /images that differ/,
  "twi-aotzD-": /without free data blocks/,
  "twi-aotzM-": /metadata is read-only/,
  "twi-aotzF-": /has failed/,
  "swi-I-s---": /invalid snapshot/,
  "-wi-s-----": /suspended/,
  "twi-cotz--": /has to be checked/,
  "-wi-d-----": /no table/,
} as const;
for (const [attr, words] of Object.entries(ill))
  test(`${attr} is told as ill`, () => assert.match(illnessOf(parseAttributes(attr)) ?? "", words));

for (const attr of ["-wi-a-----", "Vwi-aotz--", "rwi-a-r---", "owi-aos---", "-wi-------", "rwi-a-r-w-"])
  test(`${attr} is well`, () => assert.equal(illnessOf(parseAttributes(attr)), undefined));

test("a letter that no manual page has is no error", () => {
  const attributes = parseAttributes("?Q?-?XQ-Q-");
  assert.equal(attributes.state, "unknown");
  assert.equal(attributes.open, undefined);
  assert.equal(attributes.health, "unknown");
});

test("a text of another length is refused", () => {
  assert.throws(() => parseAttributes("-wi-a"), /lv_attr: "-wi-a" has 5 letters/);
});
