import type { Clock } from "../base/clock.ts";
import type { KubeAccess } from "./access.ts";
import { KubeError } from "./errors.ts";

const limitMs = 10_000;

/**
 * By how much the API server's clock is ahead of ours, in milliseconds, to about a second. Told by a SelfSubjectReview, which
 * every user may ask for and which carries the time at which it was answered.
 * @throws KubeError
 */
export async function serverAheadMs(access: KubeAccess, clock: Clock): Promise<number> {
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const before = clock.now();
  const answer = await access.request(path, { method: "POST", body, limitMs });
  const { metadata } = (answer ?? {}) as { metadata?: { creationTimestamp?: unknown } | null };
  const told = Date.parse(String(metadata?.creationTimestamp));
  if (Number.isNaN(told)) throw new KubeError(undefined, `POST ${path}: the answer says no time`);
  return told - (before + clock.now()) / 2;
}
