import { randomUUID } from "node:crypto";
import { constants, copyFile, link, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Puts a file in place in one step, in place of what was there. Only its owner may read it. */
export async function publish(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** As `publish`, but what is there stays: of two processes that make the same file, one wins and both read the same. */
export async function publishOnce(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  try {
    await link(temporary, path).catch((error) => withoutLinks(error, temporary, path));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeBeside(path: string, text: string): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

// some file systems (shared folders of virtual machines) have no hard links
async function withoutLinks(error: unknown, from: string, to: string): Promise<void> {
  if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
  await copyFile(from, to, constants.COPYFILE_EXCL);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
