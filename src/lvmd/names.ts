/**
 * What LVM accepts as a name or a tag, and what we do. Each check answers why a text is refused, undefined where it is
 * right. Sources: lvm(8), VALID NAMES; for tags Red Hat's "Configuring and managing logical volumes", LVM object tags.
 */
type Check = (text: string) => string | undefined;

/** Longest name of a volume or volume group: LVM's NAME_LEN without the closing NUL. */
const maxNameLength = 127;
/** Longest tag. */
const maxTagLength = 1024;
/** Longest name of a device or option class: a Kubernetes annotation's name ends there. */
const maxClassLength = 63;

const reservedNames: ReadonlySet<string> = new Set([".", "..", "snapshot", "pvmove"]);

/** Parts of names that LVM keeps for what it makes itself. */
const reservedParts = [
  "_cdata",
  "_cmeta",
  "_corig",
  "_cpool",
  "_cvol",
  "_imeta",
  "_iorig",
  "_mimage",
  "_mlog",
  "_pmspare",
  "_rimage",
  "_rmeta",
  "_tdata",
  "_tmeta",
  "_tpool",
  "_vdata",
  "_vorigin",
  "_wcorig",
] as const;

/** A logical volume's name. A leading `pvmove` or `snapshot` is LVM's own, too. */
export const volumeNameProblem: Check = (name) => {
  const problem = lvmNameProblem(name);
  if (problem !== undefined) return problem;
  if (reservedNames.has(name) || /^(snapshot|pvmove)/.test(name)) return `${quote(name)} is a name that LVM reserves`;
  const part = reservedParts.find((part) => name.includes(part));
  return part === undefined ? undefined : `${quote(name)} contains ${part}, which LVM reserves`;
};

const removedPrefix = "nativestor-removed-";
const imagePrefix = "nativestor-image-";

/** What a volume is called from its removal until its content is wiped. `id` is random. */
export function removedName(id: string): string {
  return removedPrefix + id;
}

/** What the snapshot is called that a volume is copied from. `id` is random. */
export function imageName(id: string): string {
  return imagePrefix + id;
}

/** The volume is on its way out. */
export function isRemoved(name: string): boolean {
  return name.startsWith(removedPrefix);
}

/** The volume is there for a copy only. */
export function isImage(name: string): boolean {
  return name.startsWith(imagePrefix);
}

/** The volume is nobody's but the daemon's own. */
export function isInternal(name: string): boolean {
  return isRemoved(name) || isImage(name);
}

/** A volume group's or thin pool's name, which exists already. */
export const groupNameProblem: Check = (name) => {
  if (name === "." || name === "..") return `${quote(name)} is no name`;
  return lvmNameProblem(name);
};

/** A tag of a volume. */
export const tagProblem: Check = (tag) => {
  if (tag === "") return "is empty";
  if (tag.length > maxTagLength) return `is ${tag.length} characters long, at most ${maxTagLength} are possible`;
  if (tag.startsWith("-")) return `${quote(tag)} begins with a hyphen`;
  return /^[A-Za-z0-9_+.\-/=!:#&]+$/.test(tag)
    ? undefined
    : `${quote(tag)} has characters other than letters, digits and _ + . - / = ! : # &`;
};

/** A device or option class's name, which becomes part of an annotation's name: so letters or digits at both ends. */
export const classNameProblem: Check = (name) => {
  if (name === "") return "is empty";
  if (name.length > maxClassLength) return `is ${name.length} characters long, at most ${maxClassLength} are possible`;
  return /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name)
    ? undefined
    : `${quote(name)} is no name: use letters, digits, "-" and "_", with a letter or digit at both ends`;
};

function lvmNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > maxNameLength) return `is ${name.length} characters long, at most ${maxNameLength} are possible`;
  if (name.startsWith("-")) return `${quote(name)} begins with a hyphen`;
  return /^[a-zA-Z0-9+_.-]+$/.test(name)
    ? undefined
    : `${quote(name)} has characters other than letters, digits and + _ . -`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
