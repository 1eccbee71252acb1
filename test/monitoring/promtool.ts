import { execFile } from "node:child_process";

/** What `promtool check metrics` has against metrics of this text; empty where nothing. */
export async function faultsOfMetrics(text: string): Promise<string> {
  const child = execFile("promtool", ["check", "metrics"]);
  child.stdin?.end(text);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: string) => (said += chunk));
  const status = await new Promise((resolve) => child.once("close", resolve));
  return status === 0 ? said : `${said}\nstatus ${String(status)}`;
}
