// `node with-image.ts COMMAND…`: builds the image, for which it takes this machine's network, and runs the command, which may be
// without one, with the variable NATIVESTOR_IMAGE as the archive of the image.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage } from "../image/harness/build.ts";

const [command = "", ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "nativestor-archive-"));
try {
  const archive = join(folder, "image.tar");
  const image = await buildImage();
  image.save(archive);
  image.remove();
  const { status } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, NATIVESTOR_IMAGE: archive } });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
