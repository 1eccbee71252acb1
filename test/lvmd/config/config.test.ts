import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig, parseConfig } from "../../../src/lvmd/config/load.ts";
import { scratch } from "../serving.ts";
import { MiB, rejects } from "../storage-contract.ts";

const GiB = 1024n * MiB;

describe("lvmd's configuration file", () => {
  it("is read with every key", () => {
    const config = parseConfig(
      `
socket-name: /run/x.sock
device-classes:
  - name: ssd
    volume-group: myvg1
    default: true
    spare-gb: 5
    stripe: 2
    stripe-size: "64"
    lvcreate-options: ["--type=raid1"]
  - name: thin
    volume-group: myvg1
    type: thin
    thin-pool: { name: pool0, overprovision-ratio: 2.5 }
lvcreate-option-classes:
  - name: raid
    options: ["--type=raid1", "--nosync"]
lvm-command-prefix: ["/usr/bin/nsenter", "-m"]
emulated:
  folder: /tmp/volumes
  volume-groups:
    - name: myvg1
      size: 100Gi
      thin-pools: [{ name: pool0, size: 10Gi }]
`,
      "lvmd.yaml",
    );
    assert.deepEqual(config, {
      socketPath: "/run/x.sock",
      deviceClasses: [
        {
          name: "ssd",
          volumeGroup: "myvg1",
          isDefault: true,
          spareBytes: 5n * GiB,
          stripe: 2,
          stripeSize: "64",
          lvcreateOptions: ["--type=raid1"],
          thinPool: undefined,
        },
        {
          name: "thin",
          volumeGroup: "myvg1",
          isDefault: false,
          spareBytes: 10n * GiB,
          stripe: undefined,
          stripeSize: undefined,
          lvcreateOptions: [],
          thinPool: { name: "pool0", overprovisionRatio: 2.5 },
        },
      ],
      optionClasses: [{ name: "raid", options: ["--type=raid1", "--nosync"] }],
      lvmCommandPrefix: ["/usr/bin/nsenter", "-m"],
      emulated: {
        folder: "/tmp/volumes",
        groups: [{ name: "myvg1", sizeBytes: 100n * GiB, thinPools: [{ name: "pool0", sizeBytes: 10n * GiB }] }],
      },
    });
  });

  it("has defaults for all but a class's name and group", () => {
    const config = parseConfig("device-classes: [{name: ssd, volume-group: myvg1}]", "lvmd.yaml");
    assert.equal(config.socketPath, "/run/topolvm/lvmd.sock");
    assert.equal(config.deviceClasses[0]?.spareBytes, 10n * GiB);
    assert.equal(config.deviceClasses[0]?.isDefault, false);
    assert.deepEqual(config.optionClasses, []);
    assert.deepEqual(config.lvmCommandPrefix, []);
    assert.equal(config.emulated, undefined);
  });

  it("can be JSON, and can keep no room back", () => {
    const config = parseConfig('{"device-classes":[{"name":"a","volume-group":"v","spare-gb":0}]}', "lvmd.json");
    assert.equal(config.deviceClasses[0]?.spareBytes, 0n);
  });

  it("may have one thick class and several pools in one group", () => {
    const config = parseConfig(
      `device-classes: [{name: a, volume-group: v},
        {name: b, volume-group: v, type: thin, thin-pool: {name: p, overprovision-ratio: 1}},
        {name: c, volume-group: v, type: thin, thin-pool: {name: q, overprovision-ratio: 1}}]`,
      "lvmd.yaml",
    );
    assert.equal(config.deviceClasses.length, 3);
  });
});

const thin = (changes = "") =>
  `{name: a, volume-group: v, type: thin, thin-pool: {name: p, overprovision-ratio: 2${changes}}}`;
const one = (changes: string) => `device-classes: [{name: a, volume-group: v, ${changes}}]`;
const two = (first: string, second: string) => `device-classes: [{${first}}, {${second}}]`;
const emulatedGroup = (group: string) =>
  `{device-classes: [{name: a, volume-group: v}], emulated: {volume-groups: [${group}]}}`;

const wrong: readonly (readonly [title: string, text: string, says: string])[] = [
  ["an empty file", "", "the file: must be of type object"],
  ["no YAML", "a: [", "lvmd.yaml: "],
  ["a key twice", "socket-name: a\nsocket-name: b\n", "Map keys must be unique"],
  ["aliases that blow up", `a: &a [x, x]\nb: &b [${"*a,".repeat(60)}]\nc: [${"*b,".repeat(60)}]`, "alias"],
  ["an unknown key", `${one("")}\nsocket: x`, "socket: no such key"],
  ["an unknown key of a class", one("spare: 1"), "device-classes[0].spare: no such key"],
  ["an empty socket name", `${one("")}\nsocket-name: ""`, "socket-name: is empty"],
  ["no classes", "socket-name: x", "device-classes: is missing"],
  ["an empty list of classes", "device-classes: []", "device-classes: must name at least one class"],
  ["a class without a name", "device-classes: [{volume-group: v}]", "device-classes[0].name: is missing"],
  ["a class without a group", "device-classes: [{name: a}]", "device-classes[0].volume-group: is missing"],
  ["a name with a space", "device-classes: [{name: a b, volume-group: v}]", "device-classes[0].name: "],
  ["a name with a hyphen at the end", "device-classes: [{name: a-, volume-group: v}]", "device-classes[0].name: "],
  ["a name of 64 characters", `device-classes: [{name: ${"a".repeat(64)}, volume-group: v}]`, "at most 63"],
  [
    "a number for a name",
    "device-classes: [{name: 1, volume-group: v}]",
    "device-classes[0].name: must be of type string",
  ],
  [
    "a group that is an option",
    "device-classes: [{name: a, volume-group: --config}]",
    "device-classes[0].volume-group: ",
  ],
  ["a group that is a path", "device-classes: [{name: a, volume-group: ../v}]", "device-classes[0].volume-group: "],
  ["a name twice", two("name: a, volume-group: v", "name: a, volume-group: w"), "device-classes[1].name: a is taken"],
  [
    "two defaults",
    two("name: a, volume-group: v, default: true", "name: b, volume-group: w, default: true"),
    "device-classes[1].default: b and a are both",
  ],
  [
    "two thick classes in a group",
    two("name: a, volume-group: v", "name: b, volume-group: v"),
    "device-classes[1].volume-group: v is taken",
  ],
  [
    "two classes on a pool",
    `device-classes: [${thin()}, ${thin().replace("name: a", "name: b")}]`,
    "device-classes[1].thin-pool.name: v/p is taken",
  ],
  ["a default that is no truth value", one("default: maybe"), "device-classes[0].default: must be of type boolean"],
  ["negative spare room", one("spare-gb: -1"), "device-classes[0].spare-gb: must not be negative"],
  ["half a GiB of spare room", one("spare-gb: 0.5"), "device-classes[0].spare-gb: "],
  ["spare room in words", one("spare-gb: 10Gi"), "device-classes[0].spare-gb: "],
  ["no stripe", one("stripe: 0"), "device-classes[0].stripe: at least 1"],
  ["a stripe size in words", one("stripe-size: large"), "device-classes[0].stripe-size: "],
  ["options that are no list", one("lvcreate-options: --type=raid1"), "device-classes[0].lvcreate-options: "],
  ["an empty option", one('lvcreate-options: [""]'), "device-classes[0].lvcreate-options[0]: is empty"],
  ["an option with a line break", one('lvcreate-options: ["a\\nb"]'), "device-classes[0].lvcreate-options[0]: "],
  ["an unknown type", one("type: fat"), "device-classes[0].type: "],
  ["a thin class without a pool", one("type: thin"), "device-classes[0].thin-pool: a class of type thin needs one"],
  [
    "a thick class with a pool",
    one("thin-pool: {name: p, overprovision-ratio: 1}"),
    "device-classes[0].thin-pool: is for",
  ],
  ["a ratio below 1", `device-classes: [${thin().replace("2", "0.9")}]`, "overprovision-ratio: must be at least 1"],
  ["a ratio of infinity", `device-classes: [${thin().replace("2", ".inf")}]`, "overprovision-ratio: "],
  ["no ratio", one("type: thin, thin-pool: {name: p}"), "device-classes[0].thin-pool.overprovision-ratio: is missing"],
  [
    "an unknown key of a pool",
    `device-classes: [${thin(", size: 1")}]`,
    "device-classes[0].thin-pool.size: no such key",
  ],
  [
    "an option class twice",
    `${one("")}\nlvcreate-option-classes: [{name: x}, {name: x}]`,
    "lvcreate-option-classes[1].name",
  ],
  [
    "an option class without a name",
    `${one("")}\nlvcreate-option-classes: [{options: []}]`,
    "lvcreate-option-classes[0].name",
  ],
  ["an empty part of the prefix", `${one("")}\nlvm-command-prefix: [""]`, "lvm-command-prefix[0]: is empty"],
  [
    "a group that is not emulated",
    emulatedGroup("{name: w, size: 1Gi}"),
    "device-classes[0].volume-group: v is not among",
  ],
  [
    "an emulated group twice",
    emulatedGroup("{name: v, size: 1Gi}, {name: v, size: 1Gi}"),
    "emulated.volume-groups[1].name",
  ],
  ["a size in words", emulatedGroup("{name: v, size: large}"), 'emulated.volume-groups[0].size: "large" is no size'],
  ["no size", emulatedGroup("{name: v}"), "emulated.volume-groups[0].size: "],
];

describe("lvmd's configuration file is refused", () => {
  for (const [title, text, says] of wrong) {
    it(`with ${title}`, async () => {
      await rejects("invalid-argument", (async () => parseConfig(text, "lvmd.yaml"))(), says);
    });
  }

  it("with everything that is wrong at once", async () => {
    const text = one("spare-gb: -1, stripe: 0");
    await rejects(
      "invalid-argument",
      (async () => parseConfig(text, "x"))(),
      "spare-gb: must not be negative; device-",
    );
  });

  it("where there is none", async (t) => {
    const path = join(await scratch(t), "none.yaml");
    await rejects("not-found", loadConfig(path), path);
  });

  it("where it is no file", async (t) => {
    const path = await scratch(t);
    await rejects("failed-precondition", loadConfig(path), path);
  });

  it("with its path in the message", async (t) => {
    const path = join(await scratch(t), "lvmd.yaml");
    await writeFile(path, "device-classes: []");
    await rejects("invalid-argument", loadConfig(path), `${path}: device-classes`);
  });
});
