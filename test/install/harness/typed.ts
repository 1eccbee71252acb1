import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandsIn, openShell, type Shell } from "../../e2e/harness/shell.ts";
import type { Workspace } from "../../kube/harness/workspace.ts";
import { helmTools, toolFolder } from "../../setup/tools.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** What the README's section `Install` has people type. */
export function installCommands(): string[] {
  const [, section = ""] = readFileSync(join(repository, "README.md"), "utf8").split("\n## Install\n");
  return commandsIn(section.split("\n## ")[0] ?? "");
}

/** A shell in the repository, where `helm install` is told these values beside what is typed. */
export function openRepository(workspace: Workspace, values: object): Shell {
  mkdirSync(workspace.path("bin"));
  const file = workspace.write("values.json", JSON.stringify(values));
  const program = workspace.write("bin/helm", wrapper(join(toolFolder(helmTools), "helm"), file));
  chmodSync(program, 0o700);
  return openShell(workspace, repository, workspace.path("bin"));
}

const wrapper = (helm: string, values: string) => `#!/bin/sh
[ "$1" != install ] || set -- "$@" "--values=${values}"
exec "${helm}" "$@"
`;
