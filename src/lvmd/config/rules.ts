import type { ConfigFile } from "./schema.ts";

type ClassEntry = ConfigFile["device-classes"][number];

/** Finds what is wrong between fields that are each right: one `field: problem` for each. */
export function conflicts(file: ConfigFile): string[] {
  return [
    ...duplicates(file["device-classes"], "device-classes", "name", ({ name }) => [name]),
    ...duplicates(file["lvcreate-option-classes"] ?? [], "lvcreate-option-classes", "name", ({ name }) => [name]),
    ...duplicates(file.emulated?.["volume-groups"] ?? [], "emulated.volume-groups", "name", ({ name }) => [name]),
    ...secondDefaults(file),
    ...unclearGroups(file),
    ...poolMismatches(file),
    ...sharedRoom(file),
    ...growthLimits(file),
    ...thinZeroing(file),
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

// two classes on the same room would promise it twice; what groups a tag stands for is seen when they are there
function sharedRoom(file: ConfigFile): string[] {
  const classes = file["device-classes"];
  const ifThick = (keysOf: (entry: ClassEntry) => readonly string[]) => (entry: ClassEntry) =>
    entry.type === "thick" ? keysOf(entry) : [];
  return [
    ...duplicates(classes, "device-classes", groupField, ifThick(groupsOf)),
    ...duplicates(classes, "device-classes", "volume-group-tag", ifThick(tagsOf)),
    ...duplicates(classes, "device-classes", "thin-pool.name", poolsOf),
  ];
}

function groupsOf(entry: ClassEntry): string[] {
  return entry["volume-groups"] ?? (entry["volume-group"] == null ? [] : [entry["volume-group"]]);
}

function tagsOf(entry: ClassEntry): string[] {
  return entry["volume-group-tag"] == null ? [] : [entry["volume-group-tag"]];
}

function groupField(entry: ClassEntry): string {
  return entry["volume-groups"] == null ? "volume-group" : "volume-groups";
}

function poolsOf(entry: ClassEntry): string[] {
  const pool = entry["thin-pool"];
  if (pool == null) return [];
  return [...groupsOf(entry), ...tagsOf(entry).map((tag) => `@${tag}`)].map((group) => `${group}/${pool.name}`);
}

const groupKeys = ["volume-group", "volume-groups", "volume-group-tag"] as const;

function unclearGroups(file: ConfigFile): string[] {
  return indexed(file["device-classes"]).flatMap(({ entry, index }) => {
    const field = `device-classes[${index}]`;
    const given = groupKeys.filter((key) => entry[key] != null);
    if (given.length === 0) return [`${field}.volume-group: is missing`];
    if (given.length > 1) return [`${field}.${given[1]}: ${given.join(" and ")} are both given, one is enough`];
    if (entry.placement != null && entry["volume-group"] != null)
      return [`${field}.placement: is for classes of several volume groups only`];
    const twice = groupsOf(entry).find((name, at, all) => all.indexOf(name) !== at);
    return twice === undefined ? [] : [`${field}.volume-groups: names ${twice} twice`];
  });
}

function growthLimits(file: ConfigFile): string[] {
  return indexed(file["device-classes"]).flatMap(({ entry, index }) => {
    const { create, grow } = entry["thin-pool"] ?? {};
    if (create?.size == null || grow?.limit == null || create.size <= grow.limit) return [];
    return [`device-classes[${index}].thin-pool.grow.limit: is below create.size, at which the pool begins`];
  });
}

// zeros would fill the pool, which hands out zeroed blocks anyway
function thinZeroing(file: ConfigFile): string[] {
  return indexed(file["device-classes"])
    .filter(({ entry }) => entry.type === "thin" && entry["on-delete"].mode === "zero")
    .map(({ index }) => `device-classes[${index}].on-delete.mode: zero is for thick classes only, use discard`);
}

function missingGroups(file: ConfigFile): string[] {
  if (file.emulated == null) return [];
  const known = new Set(file.emulated["volume-groups"].map((group) => group.name));
  return indexed(file["device-classes"]).flatMap(({ entry, index }) =>
    groupsOf(entry)
      .filter((name) => !known.has(name))
      .map((name) => `device-classes[${index}].${groupField(entry)}: ${name} is not among emulated.volume-groups`),
  );
}

function duplicates<T extends { readonly name: string }>(
  entries: readonly T[],
  list: string,
  field: string | ((entry: T) => string),
  keysOf: (entry: T) => readonly string[],
): string[] {
  const first = new Map<string, number>();
  return indexed(entries).flatMap(({ entry, index }) => {
    const name = typeof field === "string" ? field : field(entry);
    return keysOf(entry).flatMap((key) => {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, index);
      // a class that names a group twice is told elsewhere
      if (earlier === undefined || earlier === index) return [];
      return [`${list}[${index}].${name}: ${key} is taken by ${list}[${earlier}] already`];
    });
  });
}

function indexed<T>(entries: readonly T[]): { entry: T; index: number }[] {
  return entries.map((entry, index) => ({ entry, index }));
}
