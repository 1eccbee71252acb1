import type { Claims } from "../../../src/csi/claims/port.ts";

/** Where volumes are made for nobody's claim. */
export const noClaims: Claims = { isPlaced: () => Promise.resolve(undefined) };
