import { NativestorError } from "../../base/errors.ts";
import type { VolumeWish } from "../../capacity/reservations/wish.ts";
import { type Fields, fieldsAt, listAt, requiredNameAt, textAt } from "../objects/fields.ts";

/** A wish as JSON. Bytes are decimal texts, as annotations have them: JSON's numbers end at 2^53. */
export function wishText(wish: VolumeWish): object {
  return {
    ...wish,
    moreBytes: String(wish.moreBytes),
    wantedBytes: String(wish.wantedBytes),
    possible: wish.possible && [...wish.possible],
  };
}

/** Reads what `wishText` wrote. @throws NativestorError `invalid-argument` naming the field that is wrong */
export function readWish(body: Buffer): VolumeWish {
  const fields = fieldsAt(parse(body), "the request");
  return {
    name: requiredNameAt(fields.name, "name"),
    deviceClass: requiredNameAt(fields.deviceClass, "deviceClass"),
    moreBytes: bytesAt(fields, "moreBytes"),
    wantedBytes: bytesAt(fields, "wantedBytes"),
    isNew: fields.isNew === true,
    possible: fields.possible == null ? undefined : new Set(namesAt(fields, "possible")),
    preferred: namesAt(fields, "preferred"),
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new NativestorError("invalid-argument", "the request is no JSON", { cause: error });
  }
}

function bytesAt(fields: Fields, field: string): bigint {
  const text = textAt(fields[field], field) ?? "";
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new NativestorError("invalid-argument", `${field} is a decimal number of bytes, as a text`);
}

function namesAt(fields: Fields, field: string): string[] {
  return listAt(fields[field], field).map((name, at) => requiredNameAt(name, `${field}[${at}]`));
}
