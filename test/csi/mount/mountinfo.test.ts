import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import fc from "fast-check";
import { parseMountinfo } from "../../../src/csi/mount/mountinfo.ts";

test("a line is read, with any number of optional fields", () => {
  const tail = "- ext4 /dev/topolvm/v1 rw,errors=remount-ro";
  for (const optional of ["", "shared:1 ", "shared:1 master:2 propagate_from:3 "]) {
    const [entry] = parseMountinfo(`36 35 98:0 /sub /mnt/a\\040b ro,noatime ${optional}${tail}\n`);
    assert.deepEqual(entry, {
      device: "98:0",
      root: "/sub",
      mountPoint: "/mnt/a b",
      options: ["ro", "noatime"],
      fileSystem: "ext4",
      source: "/dev/topolvm/v1",
      superOptions: ["rw", "errors=remount-ro"],
    });
  }
});

test("lines that are no mounts are left out", () => {
  assert.deepEqual(parseMountinfo("\nnonsense\n1 2 3:4 /\n36 35 98:0 / /mnt rw shared:1\n"), []);
});

test("paths and sources that are a lone hyphen are read", () => {
  const [entry] = parseMountinfo("36 35 0:5 - - rw - tmpfs - rw");
  assert.deepEqual([entry?.root, entry?.mountPoint, entry?.source], ["-", "-", "-"]);
});

test("this machine's own mounts are read", async () => {
  const text = await readFile("/proc/self/mountinfo", "utf8");
  const mounts = parseMountinfo(text);
  // below a changed root there may be no mount at "/", and no mount at all
  assert.equal(mounts.length, text.split("\n").filter((line) => line !== "").length);
  assert.deepEqual(
    mounts.filter(({ mountPoint }) => !mountPoint.startsWith("/")),
    [],
  );
});

// as the kernel writes them: seq_path and mangle in fs/proc_namespace.c
const escape = (text: string) =>
  text.replaceAll(/[ \t\n\\#]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`);

test("every path comes back as it was", () => {
  const path = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(path, path, path, (root, mountPoint, source) => {
      const line = `36 35 0:5 ${escape(root)} ${escape(mountPoint)} rw - tmpfs ${escape(source)} rw`;
      const [entry] = parseMountinfo(line);
      assert.deepEqual([entry?.root, entry?.mountPoint, entry?.source], [root, mountPoint, source]);
    }),
  );
});
