import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { plainClass } from "../../../src/lvmd/config/device-class.ts";
import { loadConfig, parseConfig } from "../../../src/lvmd/config/load.ts";
import { scratch } from "../serving.ts";
import { MiB, rejects } from "../storage-contract.ts";

const GiB = 1024n * MiB;

describe("lvmd's configuration file", () => {
  it("is read with every key", () => {
    const config = parseConfig(
      `
socket-name: /run/x.sock
socket-mode: "0660"
socket-group: disk
metrics-listen: 127.0.0.1:9187
node-name: worker-1
state-folder: /var/lib/lvmd
device-classes:
  - name: ssd
    volume-group: myvg1
    default: true
    spare-gb: 5
    stripe: 2
    stripe-size: "64"
    lvcreate-options: ["--type=raid1"]
    wipe-on-create: false
    on-delete: { mode: zero, bandwidth: 100Mi }
    snapshot-store: 20%
    snapshot-grow: { by: 1Gi }
    copy-bandwidth: 200Mi
  - name: thin
    volume-group: myvg1
    type: thin
    thin-pool:
      name: pool0
      overprovision-ratio: 2.5
      create: { percent: 80, metadata-size: 64Mi, chunk-size: 128Ki }
      grow: { data-percent: 75, metadata-percent: 60, by: 1Gi, limit: 50Gi }
      max-data-percent: 90
lvcreate-option-classes:
  - name: raid
    options: ["--type=raid1", "--nosync"]
lvm-command-prefix: ["/usr/bin/nsenter", "-m"]
devices: [/dev/sdb, /dev/sdc]
devices-file: nativestor.devices
lvm-config: ['devices/filter=["a|.*|"]']
emulated:
  folder: /tmp/volumes
  volume-groups:
    - name: myvg1
      size: 100Gi
      tags: [fast]
      thin-pools: [{ name: pool0, size: 10Gi }]
`,
      "lvmd.yaml",
    );
    assert.deepEqual(config, {
      socketPath: "/run/x.sock",
      socketMode: 0o660,
      socketGroup: "disk",
      metricsListen: { host: "127.0.0.1", port: 9187 },
      nodeName: "worker-1",
      stateFolder: "/var/lib/lvmd",
      deviceClasses: [
        {
          ...plainClass,
          name: "ssd",
          volumeGroup: "myvg1",
          isDefault: true,
          spareBytes: 5n * GiB,
          stripe: 2,
          stripeSize: "64",
          lvcreateOptions: ["--type=raid1"],
          wipeOnCreate: false,
          onDelete: { mode: "zero", bandwidthBytes: 100n * MiB },
          snapshotStore: { percent: 20 },
          snapshotGrow: { percent: 70, by: { bytes: 1024n * MiB } },
          copyBandwidthBytes: 200n * MiB,
        },
        {
          ...plainClass,
          name: "thin",
          volumeGroup: "myvg1",
          spareBytes: 10n * GiB,
          thinPool: {
            name: "pool0",
            overprovisionRatio: 2.5,
            create: { size: { percent: 80 }, metadataBytes: 64n * MiB, chunkBytes: 128n << 10n },
            grow: { dataPercent: 75, metadataPercent: 60, by: { bytes: GiB }, limitBytes: 50n * GiB },
            maxDataPercent: 90,
          },
        },
      ],
      optionClasses: [{ name: "raid", options: ["--type=raid1", "--nosync"] }],
      lvmCommandPrefix: ["/usr/bin/nsenter", "-m"],
      lvmOverrides: {
        devices: ["/dev/sdb", "/dev/sdc"],
        devicesFile: "nativestor.devices",
        settings: ['devices/filter=["a|.*|"]'],
      },
      emulated: {
        folder: "/tmp/volumes",
        groups: [
          {
            name: "myvg1",
            sizeBytes: 100n * GiB,
            tags: ["fast"],
            thinPools: [{ name: "pool0", sizeBytes: 10n * GiB }],
          },
        ],
      },
    });
  });

  it("has defaults for all but a class's name and group", () => {
    const config = parseConfig("device-classes: [{name: ssd, volume-group: myvg1}]", "lvmd.yaml");
    assert.equal(config.socketPath, "/run/topolvm/lvmd.sock");
    assert.deepEqual(config.optionClasses, []);
    assert.deepEqual(config.lvmCommandPrefix, []);
    assert.equal(config.emulated, undefined);
    assert.equal(config.socketMode, 0o600);
    assert.equal(config.stateFolder, "/var/lib/nativestor/lvmd");
    assert.equal(config.metricsListen, undefined);
    assert.deepEqual(config.lvmOverrides, { devices: [], devicesFile: undefined, settings: [] });
    assert.deepEqual(config.deviceClasses, [
      { ...plainClass, name: "ssd", volumeGroup: "myvg1", spareBytes: 10n * GiB },
    ]);
  });

  it("can be JSON, and can keep no room back", () => {
    const config = parseConfig('{"device-classes":[{"name":"a","volume-group":"v","spare-gb":0}]}', "lvmd.json");
    assert.equal(config.deviceClasses[0]?.spareBytes, 0n);
  });

  it("can put a class over several groups, or those with a tag", () => {
    const [named, tagged] = parseConfig(
      `device-classes: [{name: a, volume-groups: [v, w]}, {name: b, volume-group-tag: fast, placement: spread}]`,
      "lvmd.yaml",
    ).deviceClasses;
    assert.deepEqual(named?.span, { groups: { names: ["v", "w"] }, placement: "best" });
    assert.equal(named.volumeGroup, "v");
    assert.deepEqual(tagged?.span, { groups: { tag: "fast" }, placement: "spread" });
    assert.equal(tagged.volumeGroup, "");
  });

  it("lets a pool grow as LVM would where it does not say how", () => {
    const { deviceClasses } = parseConfig(`device-classes: [${thin(", grow: {}")}]`, "lvmd.yaml");
    assert.deepEqual(deviceClasses[0]?.thinPool?.grow, {
      dataPercent: 70,
      metadataPercent: 70,
      by: { percent: 20 },
      limitBytes: undefined,
    });
  });

  it("can serve metrics on a socket, and zero a removed volume at any speed", () => {
    const config = parseConfig(`${one("on-delete: zero")}\nmetrics-listen: unix:/run/m.sock`, "lvmd.yaml");
    assert.deepEqual(config.metricsListen, { socketPath: "/run/m.sock" });
    assert.deepEqual(config.deviceClasses[0]?.onDelete, { mode: "zero", bandwidthBytes: undefined });
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

const grown = (grow: string) => `device-classes: [${thin(`, create: {size: 10Gi}, grow: {${grow}}`)}]`;
const created = (create: string) => `device-classes: [${thin(`, create: {${create}}`)}]`;

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
  [
    "a group twice over several",
    two("name: a, volume-groups: [v, w]", "name: b, volume-groups: [x, w]"),
    "device-classes[1].volume-groups: w is taken",
  ],
  [
    "a tag for two thick classes",
    two("name: a, volume-group-tag: t", "name: b, volume-group-tag: t"),
    "device-classes[1].volume-group-tag: t is taken",
  ],
  [
    "a group and a tag",
    one("volume-group-tag: t"),
    "device-classes[0].volume-group-tag: volume-group and volume-group-tag",
  ],
  [
    "an empty list of groups",
    "device-classes: [{name: a, volume-groups: []}]",
    "device-classes[0].volume-groups: must",
  ],
  ["a group twice in a class", "device-classes: [{name: a, volume-groups: [v, v]}]", "volume-groups: names v twice"],
  [
    "a tag that is an option",
    "device-classes: [{name: a, volume-group-tag: --x}]",
    "device-classes[0].volume-group-tag: ",
  ],
  ["a placement of one group", one("placement: best"), "device-classes[0].placement: is for"],
  [
    "an unknown placement",
    "device-classes: [{name: a, volume-groups: [v], placement: x}]",
    "device-classes[0].placement: ",
  ],
  ["a pool of no size", created(""), "device-classes[0].thin-pool.create: needs either"],
  ["a pool of two sizes", created("size: 1Gi, percent: 50"), "device-classes[0].thin-pool.create: needs either"],
  ["a pool of a negative share", created("percent: -1"), "device-classes[0].thin-pool.create.percent: must be above 0"],
  [
    "a pool larger than all",
    created("percent: 101"),
    "device-classes[0].thin-pool.create.percent: must be at most 100",
  ],
  ["an odd chunk size", created("size: 1Gi, chunk-size: 65Ki"), "thin-pool.create.chunk-size: must be a multiple"],
  ["too little metadata", created("size: 1Gi, metadata-size: 1Mi"), "thin-pool.create.metadata-size: must be from 2Mi"],
  ["a pool that begins above its limit", grown("limit: 9Gi"), "device-classes[0].thin-pool.grow.limit: is below"],
  ["growth by nothing", grown("by: 0%"), "device-classes[0].thin-pool.grow.by: "],
  ["growth by words", grown("by: much"), "device-classes[0].thin-pool.grow.by: a size such as"],
  ["growth at no fill level", grown("data-percent: 0"), "thin-pool.grow.data-percent: must be above 0"],
  [
    "a limit of real use above all",
    `device-classes: [${thin(", max-data-percent: 101")}]`,
    "thin-pool.max-data-percent: must be at most 100",
  ],
  [
    "an unknown way to delete",
    one("on-delete: shred"),
    "device-classes[0].on-delete.mode: must be one of none, discard, zero",
  ],
  ["a bandwidth of nothing", one("on-delete: {mode: zero, bandwidth: 0}"), "device-classes[0].on-delete.bandwidth: "],
  [
    "zeros in a thin pool",
    one("type: thin, thin-pool: {name: p, overprovision-ratio: 1}, on-delete: zero"),
    "device-classes[0].on-delete.mode: zero is for thick classes only",
  ],
  ["a store in words", one("snapshot-store: small"), "device-classes[0].snapshot-store: must be"],
  ["a mode without quotes", `${one("")}\nsocket-mode: 0660`, "socket-mode: an octal number in quotes"],
  ["a mode that is no octal", `${one("")}\nsocket-mode: "0680"`, "socket-mode: an octal number in quotes"],
  ["a metrics address without a port", `${one("")}\nmetrics-listen: localhost`, "metrics-listen: must be HOST:PORT"],
  ["a device that is no path", `${one("")}\ndevices: [sdb]`, "devices[0]: must be absolute"],
  ["a devices file that is a path", `${one("")}\ndevices-file: /etc/x`, "devices-file: must be the name"],
  ["a setting of LVM that is an option", `${one("")}\nlvm-config: ["--yes"]`, "lvm-config[0]: must be like"],
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
