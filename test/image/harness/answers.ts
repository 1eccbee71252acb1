import assert from "node:assert/strict";
import { eventually } from "../../support/eventually.ts";
import { request } from "../../support/https-client.ts";
import { freePorts } from "../../kube/harness/ports.ts";
import { type BuiltImage, repositoryFolder } from "./build.ts";
import { type Container, startContainer } from "./container.ts";

/** Waits until an address answers 200. Rejects where the container ends before. */
export async function answers(container: Container, address: string): Promise<void> {
  const { protocol, port, pathname } = new URL(address);
  const early = container.ended.then(({ output }) => assert.fail(`it ended: ${output}`));
  const ready = async () => {
    const options = { protocol, port, path: pathname, rejectUnauthorized: false };
    return (await request(options).catch(() => undefined))?.status === 200;
  };
  await Promise.race([early, eventually(`${address} answers`, ready, 20_000)]);
  early.catch(() => undefined);
}

/** A `serve` that came up in a container. */
export interface ServeInImage {
  /** From the start of runc to the first 200 of `/readyz`, in milliseconds. */
  readonly readyMs: number;
  stop: Container["stop"];
}

/** Starts `serve` of the image over the quickstart's manifests: it makes its own certificates, and emulated groups. */
export async function startServe(image: BuiltImage): Promise<ServeInImage> {
  const [port = 0] = await freePorts(1);
  const args = ["serve", "--manifests=/cluster", "--emulate", "--cert-dir=/certs", `--listen=127.0.0.1:${port}`];
  const started = performance.now();
  const container = startContainer(image, [...image.config.Entrypoint, ...args], {
    folders: { "/cluster": repositoryFolder("examples/quickstart") },
    writable: ["/certs", "/tmp"],
  });
  await answers(container, `https://127.0.0.1:${port}/readyz`);
  return { readyMs: performance.now() - started, stop: () => container.stop() };
}
