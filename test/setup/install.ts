import { hasCommand, runShown } from "./command.ts";
import { missingPackages } from "./packages.ts";

/** Installs the Debian packages that are missing; does nothing where all are there. */
export function installPackages(): void {
  const missing = allMissing();
  if (missing.length === 0) return console.log("test:setup: packages: all there");
  const list = missing.join(" ");
  if (!hasCommand("apt-get")) throw new Error(`no apt-get here: install what corresponds to Debian's ${list}`);
  if (process.getuid?.() !== 0) throw new Error(`only root may install packages: run \`sudo apt-get install ${list}\``);
  console.log(`test:setup: packages: installing ${list} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  runShown("apt-get", ["update", "-qq"], { env });
  runShown("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  const left = allMissing();
  if (left.length > 0) throw new Error(`apt-get installed them, yet the programs of ${left.join(" ")} are not found`);
}

function allMissing(): string[] {
  return [...new Set(missingPackages("nodes", "image", "monitoring"))];
}
