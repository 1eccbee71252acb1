import { randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { sh } from "../host.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Gives an empty group of one disk `count` volumes of one extent each, from `many0` on, and activates them. They are written
 * as one change of LVM's metadata: as many lvcreate would take an hour.
 */
export function addManyVolumes(group: string, count: number): void {
  sh("lvcreate", "-q", "-y", "-an", "-Zn", "-Wn", "-n", "many0", "-l", "1", group);
  const file = `/tmp/${group}.metadata`;
  sh("vgcfgbackup", "-q", "-f", file, group);
  const text = readFileSync(file, "utf8");
  const found = /\n\t\tmany0 \{[\s\S]*?\n\t\t\}\n/.exec(text);
  if (found === null) throw new Error("the metadata has another shape");
  const [block] = found;
  const more = Array.from({ length: count - 1 }, (_, index) =>
    block
      .replace("many0", `many${index + 1}`)
      .replace(/id = "[^"]+"/, `id = "${newUuid()}"`)
      .replace(/("pv0", )0/, `$1${index + 1}`),
  );
  writeFileSync(file, text.replace(block, block + more.join("")));
  sh("vgcfgrestore", "-q", "-f", file, group);
  sh("vgchange", "-q", "-ay", group);
}

function newUuid(): string {
  const part = (length: number) => Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
  return [6, 4, 4, 4, 4, 4, 6].map(part).join("-");
}
