import { readFile } from "node:fs/promises";
import { NativestorError } from "./errors.ts";

/**
 * Number of a group of users, by its name or as the number itself. Looked up in the file of group(5) alone: Node knows no
 * getgrnam, and a group of the machine's own is what sockets are given to.
 * @throws NativestorError `failed-precondition` where there is no such group
 */
export async function groupId(group: string, file = "/etc/group"): Promise<number> {
  if (/^\d{1,10}$/.test(group)) return Number(group);
  const text = await readFile(file, "utf8").catch(() => "");
  const fields = text.split("\n").map((line) => line.split(":"));
  const id = fields.find(([name]) => name === group)?.[2];
  if (id !== undefined && /^\d+$/.test(id)) return Number(id);
  throw new NativestorError("failed-precondition", `there is no group ${JSON.stringify(group)} in ${file}`);
}
