import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LvmCommand } from "../../src/lvmd/lvm/run/command.ts";

/** A program that stands for lvm, written as shell script. `shell` runs per line of a kept shell, with the line in `$line`. */
export interface FakeLvm {
  readonly command: LvmCommand;
  /** The command lines that it was given, `shell: ` before those that came through a shell. */
  calls(): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The document that ends each command of a shell. */
export function answer(code: number, extra = ""): string {
  const status = `{"log_type":"status", "log_context":"shell", "log_ret_code":"${code}"}`;
  return `  {\n${extra}      "log": [\n          ${status}\n      ]\n  }`;
}

/** An empty log, as `lastlog` gives it. */
export const emptyLog = `  {\n      "log": [\n      ]\n  }`;

export async function fakeLvm(scripts: { shell: string; single: string }): Promise<FakeLvm> {
  const folder = await mkdtemp(join(tmpdir(), "fake-lvm-"));
  const file = join(folder, "lvm");
  const log = join(folder, "calls");
  await writeFile(log, "");
  await writeFile(
    file,
    `#!/bin/sh
say() { cat <<'END_OF_ANSWER'
$1
END_OF_ANSWER
}
if [ $# -gt 0 ]; then
  echo "$*" >>'${log}'
  ${scripts.single}
  exit
fi
while read -r line; do
  echo "shell: $line" >>'${log}'
  ${scripts.shell}
done
`,
  );
  await chmod(file, 0o755);
  return {
    command: { file, leading: [], overrides: [], env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } },
    calls: async () => (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
