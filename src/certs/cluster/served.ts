import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import { dataOf } from "./secrets.ts";

/** The texts of a Secret of the type kubernetes.io/tls; empty where there is none. */
export interface ServedTexts {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

export interface FollowOptions {
  readonly access: Parameters<typeof startReflector>[0]["access"];
  readonly namespace: string;
  readonly name: string;
  readonly observer: ReflectorObserver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Also called for what is there at the beginning. A Secret that goes changes nothing: what it held is good still. */
  readonly onTexts: (texts: ServedTexts) => void;
}

/** Follows the certificate that the service shows. */
export function followServed({ namespace, name, onTexts, ...means }: FollowOptions): { close(): Promise<void> } {
  const take = (_key: string, texts: ServedTexts) => onTexts(texts);
  return startReflector<ServedTexts>({
    ...means,
    resource: {
      name,
      path: `/api/v1/namespaces/${namespace}/secrets`,
      metadataOnly: false,
      fieldSelector: `metadata.name=${name}`,
    },
    transform: (secret) => {
      const data = dataOf(secret);
      return {
        certificate: data["tls.crt"] ?? "",
        key: data["tls.key"] ?? "",
        authorities: data["ca.crt"] ?? "",
      };
    },
    handlers: { listed: take, changed: take, replaced: () => undefined, removed: () => undefined },
  });
}
