import assert from "node:assert/strict";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { lvmBackend } from "../../src/lvmd/lvm/backend.ts";
import { configOf, deviceClass } from "./samples.ts";
import { scratch } from "./serving.ts";
import { rejects } from "./storage-contract.ts";

/** A host whose lvm is a script: what stands before `lvm` on its command line. */
async function host(test: TestContext, script: string) {
  const folder = await scratch(test);
  const file = join(folder, "prefix");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  const environment = { PATH: process.env.PATH, LVM_SYSTEM_DIR: folder };
  const backend = lvmBackend({ clock: systemClock, log: silentLogger, environment });
  const config = {
    ...configOf([deviceClass()]),
    emulated: undefined,
    lvmCommandPrefix: [file],
    stateFolder: join(folder, "state"),
  };
  return { backend, config };
}

const groups = `cat <<'END'
{"report":[{"vg":[{"vg_name":"a","vg_tags":"fast,ssd"},{"vg_name":"b","vg_tags":""},{"vg_name":"c","vg_tags":"fast"}]}]}
END`;
const noGroups = 'echo "  Volume group \\"vg\\" not found" >&2; exit 5';

test("volume groups are found by their tags", async (t) => {
  const { backend, config } = await host(t, `[ "$2" = vgs ] && ${groups}`);
  assert.deepEqual(
    await backend.groupsByTag(config, ["fast", "slow"]),
    new Map([
      ["fast", ["a", "c"]],
      ["slow", []],
    ]),
  );
});

test("an lvm that fails is told, not taken for a host without groups", async (t) => {
  const { backend, config } = await host(t, "exit 5");
  await rejects("internal", backend.groupsByTag(config, ["fast"]), "report of volume groups");
});

test("a change that cannot be ended is left to a person", async (t) => {
  const { backend, config } = await host(t, noGroups);
  await mkdir(config.stateFolder);
  const intent = { id: "0123456789abcdef", group: "vg", volume: "v1", kind: "create" };
  await writeFile(join(config.stateFolder, `${intent.id}.intent.json`), JSON.stringify(intent));
  const { finished, removed, reported } = await backend.check(config);
  assert.deepEqual([finished, removed], [[], []]);
  assert.deepEqual(reported[0], { volumeGroup: "vg", name: "v1", text: "create was begun and cannot be ended" });
  assert.equal((await readdir(config.stateFolder)).length, 1);
});
