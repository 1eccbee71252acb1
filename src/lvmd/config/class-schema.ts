import * as z from "zod";
import { classNameProblem, groupNameProblem, tagProblem } from "../names.ts";
import { deleteModes } from "./device-class.ts";
import { argument, checked, percent, share, size } from "./fields.ts";
import { amount, growAtPercent, growBy, thinPool } from "./thin-schema.ts";

/** GiB that are kept back where a class does not say. */
const defaultSpareGb = 10;

const onDelete = z.preprocess(
  (raw) => (typeof raw === "string" ? { mode: raw } : raw),
  z.strictObject({
    mode: z.enum(deleteModes, `must be one of ${deleteModes.join(", ")}`),
    bandwidth: size.nullish(),
  }),
);

/** A device class as the file has it. */
export const deviceClass = z.strictObject({
  name: checked(classNameProblem),
  "volume-group": checked(groupNameProblem).nullish(),
  "volume-groups": z.array(checked(groupNameProblem)).min(1, "must name at least one group").nullish(),
  "volume-group-tag": checked(tagProblem).nullish(),
  placement: z.enum(["best", "spread"], 'must be "best" or "spread"').nullish(),
  default: z.boolean().default(false),
  "spare-gb": z
    .int("a whole number of GiB")
    .min(0, "must not be negative")
    .max(2 ** 30, "is too large")
    .nullish()
    .transform((gb) => BigInt(gb ?? defaultSpareGb) << 30n),
  stripe: z.int().min(1, "at least 1").max(128, "at most 128").nullish(),
  "stripe-size": z
    .union([z.string(), z.int()])
    .transform(String)
    .refine((text) => /^\d+[kmgtpebs]?$/i.test(text), "a size as lvcreate takes it, such as 64k")
    .nullish(),
  "lvcreate-options": z.array(argument).nullish(),
  type: z.enum(["thick", "thin"]).default("thick"),
  "thin-pool": thinPool.nullish(),
  "wipe-on-create": z.boolean().default(true),
  "on-delete": onDelete.prefault("none"),
  "snapshot-store": z
    .union([z.enum(["asked", "full"]), share], { error: 'must be "asked", "full" or a share such as 20%' })
    .default("asked"),
  "snapshot-grow": z.strictObject({ percent: percent.default(growAtPercent), by: amount.default(growBy) }).nullish(),
  "copy-bandwidth": size.nullish(),
});

/** A class of lvcreate's options as the file has it. */
export const optionClass = z.strictObject({
  name: checked(classNameProblem),
  options: z.array(argument).nullish(),
});
