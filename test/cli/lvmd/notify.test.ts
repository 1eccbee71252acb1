import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../../../src/base/log.ts";
import { notifySystemd } from "../../../src/cli/lvmd/notify.ts";
import { scratch } from "../../lvmd/serving.ts";

test("systemd is told through its command, which gets the socket and nothing else of the environment", async (t) => {
  const folder = await scratch(t);
  const command = join(folder, "notify");
  await writeFile(command, `#!/bin/sh\n{ printf '%s\\n' "$@"; echo "$NOTIFY_SOCKET $SECRET"; } > ${folder}/told\n`);
  await chmod(command, 0o755);
  const env = { NOTIFY_SOCKET: "/run/systemd/notify", SECRET: "x", PATH: process.env.PATH };
  await notifySystemd({ READY: "1", STATUS: "serves two classes" }, { env, log: silentLogger, command });
  assert.equal(
    await readFile(join(folder, "told"), "utf8"),
    "READY=1\nSTATUS=serves two classes\n/run/systemd/notify \n",
  );
});

test("nothing is started where no systemd asked", async () => {
  await notifySystemd({ READY: "1" }, { env: {}, log: silentLogger, command: "/does/not/exist" });
});

test("a command that fails or is missing is no reason to end", async () => {
  const env = { NOTIFY_SOCKET: "/nowhere" };
  for (const command of ["/does/not/exist", "false"])
    await notifySystemd({ READY: "1" }, { env, log: silentLogger, command });
});
