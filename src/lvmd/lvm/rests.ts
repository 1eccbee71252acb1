import type { CheckReport, Finding } from "../check.ts";
import { isImage, isInternal, isRemoved } from "../names.ts";
import { copyingMark } from "./marks.ts";
import { rowsOf } from "./report/fields.ts";
import type { LvmDocument } from "./report/document.ts";

/** A volume that nobody asked for: on its way out, or there for a copy. */
export interface Rest {
  readonly volumeGroup: string;
  readonly uuid: string;
  readonly name: string;
}

/** Arguments of the report that `restsIn` reads: all volumes of the host. */
export const restsArguments = ["lvs", "-o", "vg_name,lv_uuid,lv_name,lv_tags"] as const;

/** Rests in these volume groups. @throws NativestorError `internal` where the report is another one */
export function restsIn(document: LvmDocument, groups: ReadonlySet<string>): Rest[] {
  return (document.report ?? [])
    .flatMap((report) => rowsOf(report, "lv"))
    .filter((row) => groups.has(row.text("vg_name")))
    .filter((row) => isInternal(row.text("lv_name")) || row.text("lv_tags").split(",").includes(copyingMark))
    .map((row) => ({ volumeGroup: row.text("vg_name"), uuid: row.text("lv_uuid"), name: row.text("lv_name") }));
}

/** What became of rests, by what is there of them later. */
export function whatBecame(
  before: readonly Rest[],
  after: readonly Rest[],
): Pick<CheckReport, "removed" | "waiting" | "reported"> {
  const found: Record<"removed" | "waiting" | "reported", Finding[]> = { removed: [], waiting: [], reported: [] };
  for (const rest of before) {
    const now = after.find(({ uuid }) => uuid === rest.uuid);
    const fate = fateOf(now);
    found[fate].push({ volumeGroup: rest.volumeGroup, name: rest.name, text: `${originOf(rest)}: ${words[fate]}` });
  }
  return found;
}

const words = {
  removed: "it is gone",
  waiting: "the daemon goes on wiping it",
  reported: "it cannot be taken away",
} as const;

function fateOf(now: Rest | undefined): keyof typeof words {
  if (now === undefined) return "removed";
  return isRemoved(now.name) ? "waiting" : "reported";
}

function originOf({ name }: Rest): string {
  if (isRemoved(name)) return "a removed volume was not wiped to its end";
  return isImage(name) ? "a crash left what a volume was copied from" : "a crash left half a copy";
}
