import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { ManifestsView } from "../../cluster/manifests/open.ts";
import { attachLvmd } from "./attach.ts";
import type { Closers } from "./closers.ts";
import { emulateNodes } from "./emulate.ts";

/** Attaches the lvmds that are named, and an emulated one to every other node where that is asked for. Waits until all have told their room. */
export async function attachAll(
  view: ManifestsView,
  { lvmd, emulate }: { readonly lvmd: ReadonlyMap<string, string>; readonly emulate: boolean },
  means: { readonly clock: Clock; readonly log: Logger; readonly closers: Closers },
): Promise<void> {
  const { closers } = means;
  for (const node of lvmd.keys())
    if (view.node(node) === undefined)
      throw new NativestorError("invalid-argument", `--lvmd ${node}=…: the manifests have no node of that name`);
  const sockets = new Map(lvmd);
  if (emulate) {
    const others = [...view.nodes()].filter(({ name }) => !lvmd.has(name));
    const emulated = await emulateNodes(new Map(others.map(({ name, supply }) => [name, supply])), means);
    closers.add(() => emulated.close());
    for (const [node, socketPath] of emulated.sockets) sockets.set(node, socketPath);
  }
  const attached = [...sockets].map(([node, socketPath]) => attachLvmd(view, { node, socketPath }, means));
  closers.add(() => Promise.all(attached.map((one) => one.close())));
  await Promise.all(attached.map(({ heard }) => heard));
}
