import { KubeError } from "../kube/errors.ts";

/** Waits for a removal; an object that is gone already, or has another one in its place, is as good as removed. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (error instanceof KubeError && (error.status === 404 || error.status === 409)) return;
    throw error;
  }
}
