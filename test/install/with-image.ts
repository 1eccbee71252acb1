// `node with-image.ts COMMAND…`: builds the image, for which it takes this machine's network, and meanwhile runs the command, which
// may be without one. Its variable NATIVESTOR_IMAGE names the archive of the image, which is there once it is whole.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage } from "../image/harness/build.ts";

const [command = "", ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "nativestor-archive-"));
const archive = join(folder, "image.tar");
const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, NATIVESTOR_IMAGE: archive } });
const ended = once(child, "exit") as Promise<[number | null]>;
ended.catch(() => undefined); // looked at once the image is there
try {
  const image = await buildImage();
  image.save(`${archive}.part`);
  renameSync(`${archive}.part`, archive);
  image.remove();
  const [status] = await ended;
  process.exitCode = status ?? 1;
} finally {
  child.kill();
  rmSync(folder, { recursive: true });
}
