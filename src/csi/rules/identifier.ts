import { createHash } from "node:crypto";
import { quoted, refuse } from "./refuse.ts";

/** Bound of the CSI specification for names and ids. */
const maxBytes = 128;

/** Checks an id that a call has to name; whether it is known is for others to say. @throws NativestorError `invalid-argument` */
export function checkId(id: string, field: string): string {
  checkText(id, field);
  // an id becomes part of a path on the node
  if (id.includes("/") || id === "." || id === "..") refuse(field, `${quoted(id)} is no id`);
  return id;
}

/** Checks a name that a call has to bring. @throws NativestorError `invalid-argument` */
export function checkName(name: string, field: string): string {
  checkText(name, field);
  return name;
}

/** A DNS subdomain, as names of Kubernetes' objects are: RFC 1123 §2.1. */
const objectName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Name of the LogicalVolume for a name of CSI: the same where that is possible, as it is for all names of csi-provisioner
 * and csi-snapshotter, else one made from its hash, so that different names stay different.
 */
export function objectNameOf(name: string): string {
  if (objectName.test(name)) return name;
  return `csi-${createHash("sha256").update(name).digest("hex").slice(0, 40)}`;
}

// control characters other than white space are banned by the specification
function checkText(text: string, field: string): void {
  if (text === "") refuse(field, "is missing");
  const length = Buffer.byteLength(text);
  if (length > maxBytes) refuse(field, `is ${length} bytes long, at most ${maxBytes} are possible`);
  if (/[^\P{Cc}\t\n\r]/u.test(text)) refuse(field, `${quoted(text)} has control characters`);
}
