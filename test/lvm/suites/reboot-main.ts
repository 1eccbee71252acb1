// Runs in a guest, before and after it boots anew: `make` asks the daemon for volumes and fills them, `check` looks at them.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fill, firstDifference } from "./crash/pattern.ts";
import { makeGroup, sh } from "./host.ts";
import { startBundledDaemon } from "./support/bundled-daemon.ts";

const MiB = 1 << 20;
const config = `
device-classes:
- { name: thick, volume-group: vg, default: true, spare-gb: 0 }
- { name: thin, volume-group: vg, type: thin, thin-pool: { name: pool, overprovision-ratio: 4 } }
`;
const [step, suffix = ""] = process.argv.slice(2);
const nameOf = (what: string) => `${what}-${suffix}`;

if (step === "group") {
  makeGroup("vg", "b");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "256m", "-n", "pool", "vg");
} else {
  // as a host does when it comes up
  sh("vgchange", "-q", "-ay", "vg");
  const daemon = await startBundledDaemon(mkdtempSync(join(tmpdir(), "reboot-")), config);
  if (step === "make") await make();
  else await check();
  // ended in order where the guest is, too: a power cut finds it running
  if (step === "check") await daemon.end("SIGTERM");
  console.log("done");
  process.exit();

  async function make(): Promise<void> {
    const { volumes } = daemon.client;
    for (const deviceClass of ["thick", "thin"]) {
      const name = nameOf(deviceClass);
      await volumes.createLV({ name, deviceClass, sizeBytes: BigInt(8 * MiB), tags: ["kept"] });
      fill(`/dev/vg/${name}`, name, 0, 8 * MiB);
      await volumes.resizeLV({ name, deviceClass, sizeBytes: BigInt(12 * MiB) });
      fill(`/dev/vg/${name}`, name, 8 * MiB, 12 * MiB);
    }
    const snapshot = { name: nameOf("copy"), sourceVolume: nameOf("thin"), deviceClass: "thin", accessType: "ro" };
    await volumes.createLVSnapshot({ ...snapshot, sizeBytes: BigInt(12 * MiB) });
    fill(`/dev/vg/${nameOf("thin")}`, "newer", 0, 4 * MiB);
  }

  async function check(): Promise<void> {
    for (const deviceClass of ["thick", "thin"]) {
      const listed = (await daemon.client.groups.getLVList({ deviceClass })).volumes;
      const names = listed.map(({ name }) => name).sort();
      const expected = deviceClass === "thick" ? ["thick"] : ["copy", "thin"];
      assert.deepEqual(
        names.filter((name) => name.endsWith(`-${suffix}`)),
        expected.map(nameOf),
      );
      for (const { sizeBytes, tags, name } of listed) {
        assert.equal(sizeBytes, BigInt(12 * MiB));
        assert.deepEqual(tags, name.startsWith("copy") ? [] : ["kept"]);
      }
    }
    const differs = (name: string, text: string, to: number) => firstDifference(`/dev/vg/${name}`, text, to);
    assert.equal(differs(nameOf("thick"), nameOf("thick"), 12 * MiB), undefined);
    assert.equal(differs(nameOf("thin"), "newer", 4 * MiB), undefined);
    assert.equal(differs(nameOf("thin"), nameOf("thin"), 12 * MiB), 0);
    assert.equal(differs(nameOf("copy"), nameOf("thin"), 12 * MiB), undefined);
  }
}
