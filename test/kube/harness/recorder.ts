import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import { post } from "../../support/https-client.ts";
import { freePorts } from "./ports.ts";
import type { Extender } from "./scheduler.ts";
import type { Service } from "./service.ts";

/** A request to the extender and its answer, bodies as they were sent. */
export interface Recording {
  readonly path: string;
  readonly request: string;
  readonly answer: string;
}

/** Passes requests on to the service, and keeps them. */
export interface Recorder extends Extender {
  readonly recordings: readonly Recording[];
  close(): void;
}

/** Starts a recorder that shows the service's own certificate. */
export async function startRecorder(service: Service): Promise<Recorder> {
  const [port = 0] = await freePorts(1);
  const read = (name: string) => readFile(`${service.certFolder}/${name}`);
  const recordings: Recording[] = [];
  const server = createServer({ cert: await read("tls.crt"), key: await read("tls.key") }, (incoming, outgoing) => {
    const pass = async () => {
      const path = incoming.url ?? "";
      const request = await text(incoming);
      const answer = await post(path, request, { port: service.port, ca: service.ca });
      recordings.push({ path, request, answer: answer.text });
      outgoing.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text);
    };
    // the scheduler sees a broken connection
    pass().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `https://127.0.0.1:${port}`, caFile: service.caFile, recordings, close };
}
