import assert from "node:assert/strict";
import test from "node:test";
import { parseSettingsFile } from "../../../src/cli/settings/file.ts";
import { choice, onOff, positive, positives, text } from "../../../src/cli/settings/kinds.ts";
import { resolveSettings, type Sources } from "../../../src/cli/settings/resolve.ts";

const table = {
  config: text({ help: "", initial: undefined, inFile: false }),
  folder: text({ help: "", initial: "certs" }),
  mode: choice(["warn", "refuse"], { help: "", initial: "warn" }),
  divisors: positives({ help: "", flag: "divisor" }),
  "default-divisor": positive({ help: "", initial: 1 }),
  emulate: onOff({ help: "" }),
};

function resolve(sources: { flags?: Sources["flags"]; env?: Sources["env"]; file?: string }) {
  const file = sources.file === undefined ? undefined : parseSettingsFile("c.yaml", sources.file);
  return resolveSettings(table, { flags: sources.flags ?? {}, env: sources.env ?? {}, file });
}

test("what nobody says has its default", () => {
  const { folder, mode, divisors, emulate } = resolve({});
  assert.deepEqual([folder, mode, divisors.size, emulate], ["certs", "warn", 0, false]);
});

test("a flag counts before a variable and the file", () => {
  const said = resolve({ flags: { folder: ["flag"] }, env: { NATIVESTOR_FOLDER: "env" }, file: "folder: file" });
  assert.equal(said.folder, "flag");
});

test("a variable counts before the file", () => {
  assert.equal(resolve({ env: { NATIVESTOR_FOLDER: "env" }, file: "folder: file" }).folder, "env");
});

test("the file counts before the default", () => {
  assert.equal(resolve({ file: "folder: file" }).folder, "file");
});

test("an empty variable says nothing", () => {
  assert.equal(resolve({ env: { NATIVESTOR_FOLDER: "" }, file: "folder: file" }).folder, "file");
});

test("a key without a value says nothing", () => {
  assert.equal(resolve({ file: "folder:\n" }).folder, "certs");
});

test("a switch can be turned off against the file", () => {
  assert.equal(resolve({ flags: { emulate: false }, file: "emulate: true" }).emulate, false);
});

test("a variable turns a switch on", () => {
  assert.equal(resolve({ env: { NATIVESTOR_EMULATE: "true" } }).emulate, true);
});

test("a variable holds a list with commas", () => {
  const { divisors } = resolve({ env: { NATIVESTOR_DIVISORS: "ssd=1, hdd=10" } });
  assert.deepEqual(
    [...divisors],
    [
      ["ssd", 1],
      ["hdd", 10],
    ],
  );
});

for (const [what, sources, message] of [
  ["a flag", { flags: { mode: ["no"] } }, '--mode must be one of warn, refuse, not "no"'],
  ["a flag of a map", { flags: { divisors: ["ssd=0"] } }, "--divisor.ssd must be greater than 0, not"],
  [
    "a variable",
    { env: { NATIVESTOR_DEFAULT_DIVISOR: "ten" } },
    'NATIVESTOR_DEFAULT_DIVISOR must be a number, not "ten"',
  ],
  [
    "a switch's variable",
    { env: { NATIVESTOR_EMULATE: "maybe" } },
    'NATIVESTOR_EMULATE must be true or false, not "maybe"',
  ],
  [
    "a value in the file",
    { file: "folder: x\ndefault-divisor: -1" },
    "c.yaml:2: default-divisor must be greater than 0, not -1",
  ],
  [
    "a value deep in the file",
    { file: "divisors:\n  ssd: 1\n  hdd: 0" },
    "c.yaml:3: divisors.hdd must be greater than 0, not 0",
  ],
  ["a value of another type", { file: "folder: [a]" }, 'c.yaml:1: folder must be a text, not ["a"]'],
  ["a mistyped key", { file: "\ndivisor: 1" }, "c.yaml:2: unknown setting divisor; did you mean divisors?"],
  [
    "a key that the file may not have",
    { file: "config: x" },
    "c.yaml:1: unknown setting config; known are folder, mode",
  ],
] as [string, Parameters<typeof resolve>[0], string][])
  test(`a complaint about ${what} names it`, () => {
    assert.throws(
      () => resolve(sources),
      (error: Error) => {
        assert.ok(error.message.startsWith(message), error.message);
        return true;
      },
    );
  });

test("all that is wrong is said at once", () => {
  assert.throws(
    () => resolve({ file: "folder: 1\nmode: x\nnope: 1" }),
    (error: Error) => error.message.split("\n").length === 3,
  );
});
