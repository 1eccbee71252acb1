import { NativestorError } from "../../base/errors.ts";
import { type CommandResult, commandError } from "../mount/run.ts";

/** What blkid found. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "file-system"; readonly type: string; readonly uuid: string | undefined }
  | { readonly kind: "other"; readonly what: string };

/** Low-level probing of a device for file systems and partition tables, past any cache. */
export function blkidArguments(path: string): string[] {
  return ["-p", "-o", "export", path];
}

/**
 * Reads what blkid answered; its exit status decides: 0 found, 2 nothing, 8 more than one thing. Source: blkid(8).
 * @throws NativestorError `internal` where it could not look
 */
export function readBlkid(result: CommandResult): Found {
  if (result.status === 2 && result.stderr.trim() === "") return { kind: "nothing" };
  if (result.status === 8) return { kind: "other", what: "more than one signature" };
  if (result.status !== 0) throw commandError("blkid", result);
  const tags = new Map(result.stdout.split("\n").map(readTag));
  const type = tags.get("TYPE");
  const usage = tags.get("USAGE");
  if (type !== undefined && usage === "filesystem") return { kind: "file-system", type, uuid: tags.get("UUID") };
  const what = type ?? (tags.has("PTTYPE") ? `a ${tags.get("PTTYPE")} partition table` : undefined);
  if (what === undefined) throw new NativestorError("internal", "blkid found something and does not say what");
  return { kind: "other", what };
}

function readTag(line: string): [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replaceAll(/\\(.)/g, "$1")];
}
