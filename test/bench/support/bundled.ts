import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { request } from "../../support/https-client.ts";

/** A `serve` of the production bundle that has come up. */
export interface StartedService {
  /** From its start to its log line that it serves, in milliseconds. */
  readonly servingMs: number;
  /** To the first 200 of `/readyz`. */
  readonly readyMs: number;
  readonly pid: number;
  readonly port: number;
  /** A metric without labels; the first of its name. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts `nativestor serve` from a bundle and waits until it is ready.
 * @param args beside `--listen` and `--cert-dir`
 * @param nodeFlags of Node.js itself
 */
export async function startBundled(
  bundleFolder: string,
  certDir: string,
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<StartedService> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      join(bundleFolder, "nativestor.js"),
      "serve",
      "--listen",
      "127.0.0.1:0",
      "--cert-dir",
      certDir,
      ...args,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await servingPort(createInterface(child.stderr));
  const servingMs = performance.now() - startedAt;
  const get = (path: string) =>
    request({ port, path, ca: readFileSync(join(certDir, "ca.crt")), servername: "localhost" });
  while ((await get("/readyz")).status !== 200) await new Promise((resolve) => setTimeout(resolve, 2));
  const readyMs = performance.now() - startedAt;
  return {
    servingMs,
    readyMs,
    pid: child.pid ?? 0,
    port,
    metric: async (name) => {
      const line = (await get("/metrics")).text.split("\n").find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function servingPort(lines: ReturnType<typeof createInterface>): Promise<number> {
  const seen: string[] = [];
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      seen.push(line);
      // Node.js itself says something now and then
      if (!line.startsWith("{")) return;
      const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
      if (msg === "serving" && port !== undefined) resolve(port);
    });
    lines.on("close", () => reject(new Error(`serve did not come up:\n${seen.join("\n")}`)));
  });
}
