import { currentNames } from "../../src/capacity/names.ts";
import type { AdmissionDeps } from "../../src/webhook/options.ts";
import { createFakeView, type FakeView, roomOf, storageClassFacts } from "../support/fake-view.ts";

/** Deps with the defaults over a view with the classes `ssd`, `hdd` and a node that has room for both. */
export function admissionDeps(options: Partial<AdmissionDeps> = {}): AdmissionDeps & { readonly view: FakeView } {
  const view = createFakeView();
  view.setNode("n1", roomOf({ ssd: 1000, hdd: 1000, "00default": 1000 }));
  view.setStorageClass(storageClassFacts("ssd", "ssd"));
  view.setStorageClass(storageClassFacts("hdd", "hdd"));
  return {
    names: currentNames,
    missingClaims: "ignore",
    validation: "warn",
    maxStalenessMs: 60_000,
    ...options,
    view,
  };
}
