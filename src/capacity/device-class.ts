/** How the default device class is written in annotations; in StorageClasses and lvmd requests it is the empty name. */
export const defaultClass = "00default";

/** Annotation form of a device class: `00default` for an absent or empty name. */
export function annotationClass(name: string | undefined): string {
  return name === undefined || name === "" ? defaultClass : name;
}
