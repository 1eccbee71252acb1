import { once } from "node:events";

/** The inspector of a Node.js process that was started with `--inspect=127.0.0.1:PORT`. */
export interface Inspector {
  /** MiB of its heap that are in use after all garbage has been collected. */
  liveHeap(): Promise<number>;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Speaks the Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/v8/. */
export async function inspect(port: number): Promise<Inspector> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error(`nothing to inspect at port ${port}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, "open");
  let calls = 0;

  function call(method: string, params: object = {}): Promise<Reply> {
    calls += 1;
    const id = calls;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const hear = ({ data }: MessageEvent): void => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== id) return;
      socket.removeEventListener("message", hear);
      if (reply.error === undefined) resolve(reply);
      else reject(new Error(`${method}: ${reply.error.message}`));
    };
    socket.addEventListener("message", hear);
    socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  return {
    liveHeap: async () => {
      await call("HeapProfiler.collectGarbage");
      const { result } = await call("Runtime.evaluate", { expression: "process.memoryUsage().heapUsed" });
      return Number(result?.result?.value) / 2 ** 20;
    },
    close: () => socket.close(),
  };
}
