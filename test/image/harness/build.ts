import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Architecture, architectures, makeContext, version } from "../../../scripts/image-context.ts";

/** An image that was built here, unpacked. */
export interface BuiltImage {
  /** Its root file system. */
  readonly root: string;
  /** Uncompressed. */
  readonly sizeBytes: number;
  readonly config: {
    readonly User: string;
    readonly Entrypoint: readonly string[];
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  /** Writes it as an archive that `ctr images import` takes, by the name that a kubelet looks for. */
  save(path: string): void;
  /** A folder for files of the tests. */
  readonly scratch: string;
  remove(): void;
}

/** This machine's architecture, as builders of images call it. */
const own = architectures.find((one) => one === (process.arch === "x64" ? "amd64" : process.arch)) satisfies
  | Architecture
  | undefined;

/**
 * Builds deploy/Dockerfile as it is. No registry is asked: what it starts from is made of Debian's packages, and has the
 * base's name. Takes about a minute.
 */
export async function buildImage(): Promise<BuiltImage> {
  if (own === undefined) throw new Error(`there is no image for ${process.arch}`);
  const scratch = mkdtempSync(join(tmpdir(), "nativestor-image-"));
  const store = [`--root=${join(scratch, "store")}`, `--runroot=${join(scratch, "run")}`];
  const env = { ...process.env, BUILDAH_ISOLATION: "chroot" };
  const buildah = (...args: string[]) =>
    execFileSync("buildah", [...store, ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
  const context = join(scratch, "context");
  await makeContext(context, [own]);

  const { release, name } = baseOf(join(context, "Dockerfile"));
  const archive = join(scratch, "base.tar");
  execFileSync("mmdebstrap", ["--quiet", "--variant=minbase", release, archive], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const base = buildah("from", "scratch");
  buildah("add", "--quiet", base, archive, "/");
  buildah("commit", "--quiet", base, name);
  rmSync(archive);

  buildah("build", "--quiet", "--pull-never", `--build-arg=VERSION=${version}`, `--tag=nativestor:${version}`, context);
  const container = buildah("from", "--pull-never", `localhost/nativestor:${version}`);
  const root = buildah("mount", container);
  const [image] = JSON.parse(buildah("images", "--json", `localhost/nativestor:${version}`)) as { size: string }[];
  mkdirSync(join(scratch, "files"));
  const { OCIv1 } = JSON.parse(buildah("inspect", container)) as { OCIv1: { config: BuiltImage["config"] } };
  return {
    root,
    sizeBytes: bytesOf(image?.size ?? ""),
    config: OCIv1.config,
    scratch: join(scratch, "files"),
    save: (path) => {
      const name = `nativestor:${version}`;
      buildah("push", "--quiet", `localhost/${name}`, `docker-archive:${path}:docker.io/library/${name}`);
    },
    remove: () => {
      buildah("umount", container);
      buildah("rm", "--all");
      buildah("rmi", "--all", "--force");
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** The image that the Dockerfile starts from, and the release of Debian that it is. */
function baseOf(dockerfile: string): { name: string; release: string } {
  const found = /^ARG BASE=(\S+\/debian:(\w+)-slim)$/m.exec(readFileSync(dockerfile, "utf8"));
  if (found?.[1] === undefined || found[2] === undefined)
    throw new Error("the Dockerfile starts from no debian:…-slim");
  return { name: found[1], release: found[2] };
}

// such as `159 MB`, in powers of ten
function bytesOf(size: string): number {
  const [amount, unit = ""] = size.split(" ");
  return Number(amount) * 1000 ** ["B", "KB", "MB", "GB"].indexOf(unit.toUpperCase());
}

/** A folder of the repository, to be mounted. */
export function repositoryFolder(name: string): string {
  return fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}
