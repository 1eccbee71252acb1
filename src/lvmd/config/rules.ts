import type { ConfigFile } from "./schema.ts";

type ClassEntry = ConfigFile["device-classes"][number];

/** Finds what is wrong between fields that are each right: one `field: problem` for each. */
export function conflicts(file: ConfigFile): string[] {
  return [
    ...duplicates(file["device-classes"], "device-classes", "name", (entry) => entry.name),
    ...duplicates(file["lvcreate-option-classes"] ?? [], "lvcreate-option-classes", "name", (entry) => entry.name),
    ...duplicates(file.emulated?.["volume-groups"] ?? [], "emulated.volume-groups", "name", (entry) => entry.name),
    ...secondDefaults(file),
    ...poolMismatches(file),
    ...sharedRoom(file),
    ...missingGroups(file),
  ];
}

function secondDefaults(file: ConfigFile): string[] {
  const defaults = indexed(file["device-classes"]).filter(({ entry }) => entry.default);
  return defaults
    .slice(1)
    .map(
      ({ entry, index }) =>
        `device-classes[${index}].default: ${entry.name} and ${defaults[0]?.entry.name} are both the default, at most one can be`,
    );
}

function poolMismatches(file: ConfigFile): string[] {
  return indexed(file["device-classes"]).flatMap(({ entry, index }) => {
    const field = `device-classes[${index}].thin-pool`;
    if (entry.type === "thin" && entry["thin-pool"] == null) return [`${field}: a class of type thin needs one`];
    if (entry.type === "thick" && entry["thin-pool"] != null) return [`${field}: is for classes of type thin only`];
    return [];
  });
}

// two classes on the same room would promise it twice
function sharedRoom(file: ConfigFile): string[] {
  const classes = file["device-classes"];
  return [
    ...duplicates(classes, "device-classes", "volume-group", (entry) =>
      entry.type === "thick" ? entry["volume-group"] : undefined,
    ),
    ...duplicates(classes, "device-classes", "thin-pool.name", poolOf),
  ];
}

function poolOf(entry: ClassEntry): string | undefined {
  return entry["thin-pool"] == null ? undefined : `${entry["volume-group"]}/${entry["thin-pool"].name}`;
}

function missingGroups(file: ConfigFile): string[] {
  if (file.emulated == null) return [];
  const known = new Set(file.emulated["volume-groups"].map((group) => group.name));
  return indexed(file["device-classes"])
    .filter(({ entry }) => !known.has(entry["volume-group"]))
    .map(
      ({ entry, index }) =>
        `device-classes[${index}].volume-group: ${entry["volume-group"]} is not among emulated.volume-groups`,
    );
}

function duplicates<T extends { readonly name: string }>(
  entries: readonly T[],
  list: string,
  field: string,
  keyOf: (entry: T) => string | undefined,
): string[] {
  const first = new Map<string, number>();
  return indexed(entries).flatMap(({ entry, index }) => {
    const key = keyOf(entry);
    if (key === undefined) return [];
    const earlier = first.get(key);
    if (earlier !== undefined) return [`${list}[${index}].${field}: ${key} is taken by ${list}[${earlier}] already`];
    first.set(key, index);
    return [];
  });
}

function indexed<T>(entries: readonly T[]): { entry: T; index: number }[] {
  return entries.map((entry, index) => ({ entry, index }));
}
