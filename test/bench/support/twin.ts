import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfigFor } from "./kubeconfig.ts";

/** The twin of an API server with LogicalVolumes in it, in a process of its own. */
export interface Twin {
  /** Path of a file. */
  readonly kubeconfig: string;
  /** How many LogicalVolumes are made. */
  made(): Promise<number>;
  close(): void;
}

export interface TwinContent {
  /** LogicalVolumes that are made, each with its claim. */
  readonly made: number;
  /** LogicalVolumes that node n1 has yet to make. */
  readonly wished: number;
  readonly nodes: number;
}

/** @param folder for the kubeconfig */
export async function startTwin(folder: string, { made, wished, nodes }: TwinContent): Promise<Twin> {
  const main = new URL("./agents-main.ts", import.meta.url);
  const api: ChildProcess = fork(main, [made, wished, nodes].map(String), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [cluster] = (await once(api, "message")) as [{ url: string; ca: string }];
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigFor(cluster));
  return {
    kubeconfig,
    made: async () => {
      const answer = once(api, "message");
      api.send("count");
      const [told] = (await answer) as [{ made: number }];
      return told.made;
    },
    close: () => api.kill("SIGKILL"),
  };
}
