import type { Logger } from "../../base/log.ts";
import { NativestorError } from "../../base/errors.ts";
import type { MeasureStep } from "../../base/measure.ts";
import { registerWatchCounters } from "../../cluster/kubernetes/metrics.ts";
import { type NodeControllers, startNodeControllers } from "../../controllers/node.ts";
import { startCollector } from "../../controllers/orphan/collector.ts";
import { diskHunt } from "../../controllers/orphan/disk-hunt.ts";
import { registerNodeHealth } from "../../controllers/health.ts";
import { orphanMetrics } from "../../controllers/orphan/metrics.ts";
import { stepSeconds } from "../../csi/middleware/steps.ts";
import { createLvmdClient, type LvmdClient } from "../../lvmd/client.ts";
import type { Surroundings } from "../role.ts";
import { type Agent, startAgent } from "../agent/start.ts";
import { untilAnswered } from "../agent/until-answered.ts";
import { untilStopped } from "../agent/until-stopped.ts";
import { type Closers, createClosers } from "../serve/closers.ts";
import { serveNodeCsi } from "./csi.ts";
import { type NodeLvmd, openLvmd } from "./lvmd.ts";
import type { NodeSettings } from "./settings.ts";

/** The agent of a node from its start to its end in good order. @throws NativestorError where it cannot start or go on */
export async function runNode(settings: NodeSettings, surroundings: Surroundings, log: Logger): Promise<void> {
  const closers = createClosers(log);
  let controllers: NodeControllers | undefined;
  try {
    const { clock, env: environment, stop } = surroundings;
    const { nodeName, names, kubeconfig, metricsListen, protectsMetrics } = settings;
    const isReady = () => controllers?.isReady ?? false;
    const options = { role: "node", instance: nodeName, names, kubeconfig, metricsListen, protectsMetrics, isReady };
    const agent = await startAgent(options, surroundings, log, closers);
    registerNodeHealth(agent.registry, nodeName, isReady);
    const lvmd = await openLvmd(settings, { clock, log, environment, registry: agent.registry }, closers);
    const client = createLvmdClient(lvmd.socketPath);
    closers.add(() => client.close());
    const measure = stepSeconds(agent.registry, clock);
    const work = async () => {
      controllers = await startWork(settings, surroundings, log, closers, { agent, lvmd, client, measure });
      if (controllers === undefined) return;
      await serveNodeCsi(settings, { controllers, client, registry: agent.registry, measure, clock, log }, closers);
      collectOrphans(settings, surroundings, log, closers, { agent, client, controllers });
      log.info({ node: nodeName }, "the node's agent runs");
      await untilStopped(stop);
    };
    await Promise.race([work(), lvmd.failed]);
    log.info("stopping");
  } finally {
    await closers.closeAll();
  }
}

interface Parts {
  readonly agent: Agent;
  readonly lvmd: NodeLvmd;
  readonly client: LvmdClient;
  readonly measure: MeasureStep;
}

async function startWork(
  settings: NodeSettings,
  { clock, stop: signal }: Surroundings,
  log: Logger,
  closers: Closers,
  { agent, lvmd, client, measure }: Parts,
): Promise<NodeControllers | undefined> {
  const { access, events, registry } = agent;
  const observerOf = registerWatchCounters(registry);
  const start = () =>
    startNodeControllers({
      access,
      names: settings.names,
      nodeName: settings.nodeName,
      lvmd: client,
      lvmdSocket: lvmd.socketPath,
      patienceMs: settings.patienceMs,
      events,
      registry,
      observerOf,
      measure,
      clock,
      random: Math.random,
      log,
    });
  const controllers = await untilAnswered(start, { clock, log, signal });
  closers.add(() => controllers?.close());
  return controllers;
}

function collectOrphans(
  { orphans, nodeName }: NodeSettings,
  { clock }: Surroundings,
  log: Logger,
  closers: Closers,
  { agent, client, controllers }: Pick<Parts, "agent" | "client"> & { readonly controllers: NodeControllers },
): void {
  const { access, events, registry } = agent;
  const deviceClasses = () => {
    if (!controllers.isReady) throw new NativestorError("unavailable", "lvmd or the API server does not answer");
    return controllers.deviceClasses();
  };
  const ownUids = () => [...controllers.volumes()].map(({ uid }) => uid);
  const hunt = diskHunt({ access, nodeName, lvmd: client, deviceClasses, ownUids });
  const collector = startCollector({ hunt, ...orphans, metrics: orphanMetrics(registry), events, clock, log });
  closers.add(() => collector.close());
}
