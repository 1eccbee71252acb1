import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { request } from "../support/https-client.ts";

/** A value as Prometheus answers it. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** When, in seconds since the epoch, and what. */
  readonly value: readonly [number, string];
}

/** A real Prometheus. */
export interface Prometheus {
  /** What it answers at a path of its API. */
  ask<T>(path: string): Promise<T>;
  query(expr: string): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

/** What is scraped, and which alerts are evaluated. */
export interface Watched {
  readonly jobs: readonly object[];
  readonly ruleFiles?: readonly string[];
  /** A second by default, as long as a scrape may take. */
  readonly everySeconds?: number;
}

/** Starts it in a folder, which has to outlive it, on a port of 127.0.0.1. It takes a moment until it answers. */
export async function startPrometheus(folder: string, port: number, watched: Watched): Promise<Prometheus> {
  const { jobs, ruleFiles = [], everySeconds = 1 } = watched;
  const every = `${everySeconds}s`;
  const global = { scrape_interval: every, scrape_timeout: every, evaluation_interval: every };
  const file = `${folder}/prometheus.yaml`;
  await writeFile(file, stringify({ global, rule_files: ruleFiles, scrape_configs: jobs }));
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`];
  const child = spawn("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
  const ask = async <T>(path: string) => {
    const { json } = await request({ protocol: "http:", port, path: `/api/v1/${path}` });
    return (json() as { data: T }).data;
  };
  return {
    ask,
    query: async (expr) => (await ask<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** A job that scrapes one port of 127.0.0.1. @param rest further keys of the job, such as `authorization` */
export function jobOf(name: string, port: number, rest: object = {}): object {
  return { job_name: name, static_configs: [{ targets: [`127.0.0.1:${port}`] }], ...rest };
}
