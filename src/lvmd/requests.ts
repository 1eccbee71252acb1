import { NativestorError } from "../base/errors.ts";
import { isInternal, tagProblem, volumeNameProblem } from "./names.ts";
import type { CreateSnapshot, CreateVolume } from "./storage.ts";

/** Sizes are asked for in multiples of this: the page size, below which no file system can use a device. */
const sizeUnit = 4096n;
/** Largest size on the wire, an int64. */
const maxSizeBytes = 2n ** 63n - 1n;

/** Checks all of a creation that needs no look at the storage. @throws NativestorError `invalid-argument` naming the field */
export function checkCreate(request: CreateVolume): void {
  checkName(request.name);
  checkTags(request.tags);
  checkSize(request.sizeBytes);
}

/** As `checkCreate`. */
export function checkSnapshot(request: CreateSnapshot): void {
  checkName(request.name);
  checkName(request.sourceVolume, "source_volume");
  checkTags(request.tags);
  checkSize(request.sizeBytes);
}

/** Checks a volume's name. @throws NativestorError `invalid-argument` naming the field */
export function checkName(name: string, field = "name"): void {
  refuse(
    field,
    volumeNameProblem(name) ?? (isInternal(name) ? `${name} is a name that lvmd keeps for itself` : undefined),
  );
}

/** Checks a size. @throws NativestorError `invalid-argument` naming the field */
export function checkSize(sizeBytes: bigint): void {
  if (sizeBytes <= 0n) refuse("size_bytes", `is ${sizeBytes}, must be above 0`);
  if (sizeBytes > maxSizeBytes) refuse("size_bytes", `is ${sizeBytes}, must be below 2^63`);
  if (sizeBytes % sizeUnit !== 0n) refuse("size_bytes", `is ${sizeBytes}, must be a multiple of ${sizeUnit}`);
}

function checkTags(tags: readonly string[]): void {
  for (const [index, tag] of tags.entries()) refuse(`tags[${index}]`, tagProblem(tag));
}

function refuse(field: string, problem: string | undefined): void {
  if (problem !== undefined) throw new NativestorError("invalid-argument", `${field}: ${problem}`);
}
