import { NativestorError, messageOf } from "../../base/errors.ts";
import { KubeError } from "../../kube/errors.ts";

/**
 * An error of the API server in terms of CSI, where its own codes mean something else: a caller who reads that something
 * is not found or not possible gives up, and here it is only the way to the answer that failed.
 */
export function storeError(error: unknown): NativestorError {
  if (!(error instanceof KubeError)) return NativestorError.from(error);
  const { status } = error;
  const isPassing = status === undefined || status === 409 || status === 429 || status >= 500;
  const code = isPassing ? "unavailable" : "internal";
  return new NativestorError(code, `LogicalVolumes: ${messageOf(error)}`, { cause: error });
}

/** The object that a patch or removal was about is not there; another one that took its name has another UID. */
export function isGone(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 404) return true;
  // a patch with the UID of another object: 409 or, for custom resources, 422
  return (status === 409 || status === 422) && /uid/i.test(messageOf(error));
}

/** HTTP status of an error of the API server. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof KubeError ? error.status : undefined;
}
