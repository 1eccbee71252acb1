import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type TarEntry, tar } from "./tar.ts";

/** Programs that the pods of the tests use; busybox is all of them. */
const applets =
  "sh sleep cat dd df ls touch sync stat grep mount echo test true head wc blockdev rm mkdir cp seq awk od sha256sum printf id";

/**
 * A container image that runs `command` on Debian's static busybox, as an archive that `ctr images import` takes (the
 * format of `docker save`).
 */
export function busyboxImage(name: string, command: readonly string[]): Buffer {
  const busybox = { name: "bin/busybox", kind: "file", mode: 0o755, content: readFileSync("/bin/busybox") } as const;
  const folders = ["bin", "tmp", "proc", "sys", "dev", "etc", "mnt"];
  const layer = tar([
    ...folders.map((folder): TarEntry => ({ name: folder, kind: "folder" })),
    busybox,
    ...applets.split(" ").map((applet): TarEntry => ({ name: `bin/${applet}`, kind: "link", target: "busybox" })),
    { name: "etc/passwd", kind: "file", content: Buffer.from("root:x:0:0:root:/:/bin/sh\n") },
  ]);
  return imageArchive(name, layer, { Cmd: command, Env: ["PATH=/bin"] });
}

/** An image that has one program in it, which needs no libraries, and starts it. */
export function programImage(name: string, program: string): Buffer {
  const file = { name: basename(program), kind: "file", mode: 0o755, content: readFileSync(program) } as const;
  return imageArchive(name, tar([file]), { Entrypoint: [`/${file.name}`], Env: ["PATH=/"] });
}

/** @param config what the image says of its containers, https://github.com/opencontainers/image-spec/blob/main/config.md */
function imageArchive(name: string, layer: Buffer, config: object): Buffer {
  const layerDigest = digestOf(layer);
  const description = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
    }),
  );
  const [configName, layerName] = [`${digestOf(description)}.json`, `${layerDigest}/layer.tar`];
  const manifest = [{ Config: configName, RepoTags: [name], Layers: [layerName] }];
  return tar([
    { name: layerName, kind: "file", content: layer },
    { name: configName, kind: "file", content: description },
    { name: "manifest.json", kind: "file", content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
