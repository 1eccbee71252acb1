import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { hasCommand, runShown } from "./command.ts";
import { missingFiles, missingPrograms, moduleFolder, type Toolset, toolFolder, versionOf } from "./tools.ts";

/**
 * Builds what is missing of a toolset; does nothing where all is there.
 * `-mod=readonly` holds Go to the committed go.mod and go.sum.
 */
export function buildTools(toolset: Toolset): void {
  const [missing, files] = [missingPrograms(toolset), missingFiles(toolset)];
  if (missing.length + files.length === 0) return say(toolset, `ready in ${toolFolder(toolset)}`);
  if (!hasCommand("go"))
    throw new Error(
      `${[...missing, ...files.map(({ path }) => path)].join(", ")} have to be built and there is no go on the PATH: install Go (https://go.dev/dl)`,
    );
  const folder = toolFolder(toolset);
  mkdirSync(folder, { recursive: true });
  for (const program of missing) buildProgram(toolset, program, folder);
  for (const { module, path } of files) copyFile(toolset, module, path, folder);
}

function copyFile(toolset: Toolset, module: string, path: string, folder: string): void {
  const cwd = moduleFolder(toolset);
  execFileSync("go", ["mod", "download", module], { cwd, stdio: "inherit" });
  const source = execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", module], { cwd, encoding: "utf8" }).trim();
  copyFileSync(join(source, path), join(folder, basename(path)));
}

function buildProgram(toolset: Toolset, program: string, folder: string): void {
  const version = versionOf(toolset);
  const goPackage = toolset.packages[program];
  if (goPackage === undefined) throw new Error(`no Go package is known for ${program}`);
  const started = performance.now();
  say(toolset, `building ${program} ${version} (minutes where Go's caches are cold) …`);
  // an interrupted build leaves no half program under the name that the suites look for
  const unfinished = join(folder, `.${program}.${process.pid}`);
  const args = [
    "build",
    "-mod=readonly",
    "-trimpath",
    "-tags",
    toolset.tags ?? "",
    "-ldflags",
    toolset.linkerFlags(version),
    "-o",
    unfinished,
    goPackage,
  ];
  runShown("go", args, { cwd: moduleFolder(toolset), env: { ...process.env, CGO_ENABLED: "0" } });
  renameSync(unfinished, join(folder, program));
  say(toolset, `built ${program} in ${Math.round((performance.now() - started) / 1000)} s`);
}

function say(toolset: Toolset, text: string): void {
  console.log(`test:setup: ${toolset.name}: ${text}`);
}
