import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { KubernetesView } from "../../cluster/kubernetes/open.ts";
import { askService } from "../../csi/room/ask.ts";
import { startOwnRoom } from "../../csi/room/own.ts";
import type { Room } from "../../csi/room/port.ts";
import { loadKubeAccess } from "../../kube/load.ts";
import type { Closers } from "../serve/closers.ts";
import type { ControllerSettings } from "./settings.ts";

interface Means {
  readonly view: KubernetesView;
  readonly clock: Clock;
  readonly log: Logger;
  readonly closers: Closers;
}

/** Who promises room here, and whether he can yet. */
export interface OpenedRoom {
  readonly room: Room;
  readonly isReady: () => boolean;
}

/** Opens the way to the service, or keeps a ledger here. @throws NativestorError where the service's kubeconfig is unreadable */
export async function openRoom(
  { serviceKubeconfig, names }: ControllerSettings,
  { view, clock, log, closers }: Means,
): Promise<OpenedRoom> {
  if (serviceKubeconfig !== undefined) {
    const access = await loadKubeAccess({ kubeconfig: serviceKubeconfig, clock });
    closers.add(() => access.close());
    return { room: askService(access, clock), isReady: () => true };
  }
  if (view.traces === undefined) throw new NativestorError("internal", "the view was opened without traces");
  const room = startOwnRoom({ view, traces: view.traces, names, clock, log });
  closers.add(async () => room.close());
  return { room, isReady: () => room.synced };
}
