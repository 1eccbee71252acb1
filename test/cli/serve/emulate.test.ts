import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import test from "node:test";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { supplyOf } from "../../../src/capacity/supply.ts";
import { emulateNodes, layoutOf } from "../../../src/cli/serve/emulate.ts";
import { createLvmdClient } from "../../../src/lvmd/client.ts";

const means = { clock: systemClock, log: silentLogger };
const gib = 1n << 30n;

test("each class gets a volume group as large as what is free", () => {
  const { groups } = layoutOf(
    supplyOf(
      new Map([
        ["ssd", 5n * gib],
        ["hdd", 7n * gib],
      ]),
    ),
  );
  assert.deepEqual(groups, [
    { name: "vg0", sizeBytes: 5n * gib },
    { name: "vg1", sizeBytes: 7n * gib },
  ]);
});

test("a default class that is annotated under its own name too is one volume group", () => {
  const { config } = layoutOf(
    supplyOf(
      new Map([
        ["00default", gib],
        ["hdd", 2n * gib],
        ["ssd", gib],
      ]),
    ),
  );
  assert.deepEqual(
    config.deviceClasses.map(({ name, isDefault }) => [name, isDefault]),
    [
      ["hdd", false],
      ["ssd", true],
    ],
  );
});

test("a default class of its own stays one", () => {
  const { config } = layoutOf(
    supplyOf(
      new Map([
        ["00default", gib],
        ["ssd", 2n * gib],
      ]),
    ),
  );
  assert.deepEqual(
    config.deviceClasses.map(({ name, isDefault }) => [name, isDefault]),
    [
      ["00default", true],
      ["ssd", false],
    ],
  );
});

test("a node that offers nothing gets no lvmd", async (t) => {
  const emulated = await emulateNodes(new Map([["bare", supplyOf(new Map())]]), means);
  t.after(() => emulated.close());
  assert.equal(emulated.sockets.size, 0);
});

test("an emulated lvmd tells the room of its node, and a full class has none", async (t) => {
  const emulated = await emulateNodes(
    new Map([
      [
        "a",
        supplyOf(
          new Map([
            ["ssd", 5n * gib],
            ["hdd", 0n],
          ]),
        ),
      ],
    ]),
    means,
  );
  t.after(() => emulated.close());
  const client = createLvmdClient(emulated.sockets.get("a") ?? "");
  t.after(() => client.close());
  const free = await Promise.all(["ssd", "hdd"].map((deviceClass) => client.groups.getFreeBytes({ deviceClass })));
  assert.deepEqual(
    free.map(({ freeBytes }) => freeBytes),
    [5n * gib, 0n],
  );
});

test("nothing is left of the sockets at the end", async () => {
  const emulated = await emulateNodes(new Map([["a", supplyOf(new Map([["ssd", gib]]))]]), means);
  const folder = dirname(emulated.sockets.get("a") ?? "");
  await emulated.close();
  await assert.rejects(stat(folder), { code: "ENOENT" });
});
