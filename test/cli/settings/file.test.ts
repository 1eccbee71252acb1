import assert from "node:assert/strict";
import test from "node:test";
import { parseSettingsFile, readSettingsFile } from "../../../src/cli/settings/file.ts";

test("a file of topolvm-scheduler is read", () => {
  const file = parseSettingsFile("c.yaml", "listen: localhost:8000\ndefault-divisor: 10\ndivisors:\n  ssd: 5\n");
  assert.deepEqual(Object.fromEntries(file.values), {
    listen: "localhost:8000",
    "default-divisor": 10,
    divisors: { ssd: 5 },
  });
});

test("JSON is read too", () => {
  assert.equal(parseSettingsFile("c.json", '{"listen": ":1"}').values.get("listen"), ":1");
});

for (const empty of ["", "# nothing\n", "---\n", "null"])
  test(`${JSON.stringify(empty)} says nothing`, () => {
    assert.equal(parseSettingsFile("c.yaml", empty).values.size, 0);
  });

test("a value is found by its line", () => {
  const file = parseSettingsFile("c.yaml", "# first\nlisten: :1\ndivisors:\n  ssd: 5\n  hdd: 0\n");
  assert.equal(file.where(["divisors", "hdd"]), "c.yaml:5");
});

test("what is not there is found by what is around it", () => {
  const file = parseSettingsFile("c.yaml", "listen: :1\nlvmd:\n  - a\n");
  assert.equal(file.where(["lvmd", 7, "x"]), "c.yaml:2");
});

for (const [what, source, message] of [
  ["broken YAML", "a: 1\nb: [", /^c\.yaml:2: /],
  ["a key that comes twice", "a: 1\na: 2\n", /^c\.yaml:2: Map keys must be unique/],
  ["a list", "- a\n", /^c\.yaml: must hold settings/],
  ["a text", "listen\n", /^c\.yaml: must hold settings/],
] as const)
  test(`a file with ${what} is refused`, () => {
    assert.throws(() => parseSettingsFile("c.yaml", source), { code: "invalid-argument", message });
  });

test("a file that is not there is refused by name", async () => {
  await assert.rejects(readSettingsFile("/nowhere/c.yaml"), {
    code: "invalid-argument",
    message: /^cannot read the configuration file: .*\/nowhere\/c\.yaml/,
  });
});
