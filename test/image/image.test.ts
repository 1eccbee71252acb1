import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { version } from "../../scripts/image-context.ts";
import { roles } from "../../src/cli/roles.ts";
import { freePorts } from "../kube/harness/ports.ts";
import { answers, startServe } from "./harness/answers.ts";
import { buildImage } from "./harness/build.ts";
import { runInImage, startContainer } from "./harness/container.ts";

const image = await buildImage();
after(() => image.remove());

const nativestor = (...args: string[]) => [...image.config.Entrypoint, ...args];

test("the image has at most 300 MB, uncompressed", (t) => {
  t.diagnostic(`${Math.round(image.sizeBytes / 1e6)} MB`);
  assert.ok(image.sizeBytes < 300e6);
});

test("it says what it is, and that it needs no root", () => {
  assert.equal(image.config.Labels["org.opencontainers.image.version"], version);
  assert.equal(image.config.User, "10000:10000");
});

test("it tells what it is made of: our libraries, and Debian's packages", () => {
  const { components } = JSON.parse(readFileSync(join(image.root, "usr/share/nativestor/sbom.cdx.json"), "utf8")) as {
    components: readonly { name: string }[];
  };
  assert.ok(components.some(({ name }) => name === "undici"));
  assert.ok(!components.some(({ name }) => name === "typescript"));
  assert.match(readFileSync(join(image.root, "var/lib/dpkg/status.d/lvm2"), "utf8"), /^Package: lvm2$/m);
});

test("there is no shell in it, and nothing that gives more rights to whoever runs it", () => {
  const files = readdirSync(join(image.root, "usr"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    files.filter((name) => /^s?bin\/((ba|da)?sh|apt|dpkg|perl|python3?)$/.test(name)),
    [],
  );
  const programs = files.filter((name) => /^s?bin\//.test(name)).map((name) => join(image.root, "usr", name));
  assert.deepEqual(
    programs.filter((path) => (statSync(path).mode & 0o6000) !== 0),
    [],
  );
});

for (const args of [["--version"], ...roles.map(({ name }) => [name, "--help"])]) {
  test(`nativestor ${args.join(" ")} answers without any right`, async () => {
    const { status, output } = await runInImage(image, nativestor(...args));
    assert.equal(status, 0, output);
    assert.match(output, args[0] === "--version" ? new RegExp(`^${version}$`, "m") : /^Usage: nativestor/m);
  });
}

// those that ask for their version answer 0; the others say how they are used
for (const [program, ...args] of [
  ["lvm", "version"],
  ["thin_check", "--version"],
  ["mkfs.ext4", "-V"],
  ["e2fsck", "-V"],
  ["resize2fs"],
  ["mkfs.xfs", "-V"],
  ["xfs_growfs", "-V"],
  ["xfs_repair", "-V"],
  ["mkfs.btrfs", "--version"],
  ["btrfs", "--version"],
  ["btrfstune", "--help"],
  ["blkid", "--version"],
  ["blkdiscard", "--version"],
  ["mount", "--version"],
  ["umount", "--version"],
  ["nsenter", "--version"],
  ["dd", "--version"],
  ["mknod", "--version"],
] as const) {
  test(`${program} has all its libraries`, async () => {
    const { output } = await runInImage(image, [`/${locate(program)}`, ...args], { user: 0 });
    assert.doesNotMatch(output, /error while loading shared libraries|no such file or directory|exec failed/i);
    assert.notEqual(output, "");
  });
}

test("serve is ready soon, with a read-only root and without capabilities", async (t) => {
  const serve = await startServe(image);
  const readyMs = Math.round(serve.readyMs);
  t.diagnostic(`ready after ${readyMs} ms`);
  assert.equal((await serve.stop()).status, 0);
  // half a second where nothing else runs
  assert.ok(readyMs < 5_000, `${readyMs} ms`);
});

test("lvmd serves emulated groups, with a read-only root and without capabilities", async () => {
  const [port = 0] = await freePorts(1);
  const folder = join(image.scratch, "lvmd");
  mkdirSync(folder);
  const lvmd = {
    "socket-name": "/run/lvmd.sock",
    "state-folder": "/run/state",
    "metrics-listen": `127.0.0.1:${port}`,
    "device-classes": [{ name: "ssd", "volume-group": "vg", default: true }],
    emulated: { folder: "/run/vg", "volume-groups": [{ name: "vg", size: "100Gi" }] },
  };
  writeFileSync(join(folder, "lvmd.yaml"), JSON.stringify(lvmd));
  const running = startContainer(image, nativestor("lvmd", "--config=/config/lvmd.yaml"), {
    folders: { "/config": folder },
    writable: ["/run"],
  });
  await answers(running, `http://127.0.0.1:${port}/healthz`);
  assert.equal((await running.stop()).status, 0);
});

function locate(program: string): string {
  const folder = ["usr/bin", "usr/sbin"].find((one) => readdirSync(join(image.root, one)).includes(program));
  assert.ok(folder !== undefined, `${program} is not in the image`);
  return `${folder}/${program}`;
}
