import type { PatchOperation } from "./apply.ts";

/**
 * Operations that take a finalizer off an object, wherever it stands. Each place is tested first, so that nothing else is
 * removed where the list has changed meanwhile; other changes of the object do no harm.
 */
export function withoutFinalizer(finalizers: readonly string[], name: string): PatchOperation[] {
  return (
    finalizers
      .map((finalizer, at) => ({ finalizer, at }))
      .filter(({ finalizer }) => finalizer === name)
      // from the end, so that places before keep their numbers
      .toReversed()
      .flatMap(({ at }) => [
        { op: "test", path: `/metadata/finalizers/${at}`, value: name },
        { op: "remove", path: `/metadata/finalizers/${at}` },
      ])
  );
}

/** Operations that put a finalizer on an object of which this version was seen; 422 where it has changed since. */
export function withFinalizer(finalizers: readonly string[], name: string, version: string): PatchOperation[] {
  return [
    { op: "test", path: "/metadata/resourceVersion", value: version },
    { op: "add", path: "/metadata/finalizers", value: [...finalizers, name] },
  ];
}
