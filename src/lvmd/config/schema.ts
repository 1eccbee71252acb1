import { z } from "zod";
import { classNameProblem, groupNameProblem } from "../names.ts";
import { parseSize } from "./size.ts";

/** Where TopoLVM's lvmd listens. */
const defaultSocket = "/run/topolvm/lvmd.sock";
/** GiB that are kept back where a class does not say. */
const defaultSpareGb = 10;

const className = checked(classNameProblem);
const lvmName = checked(groupNameProblem);
const size = z
  .union([z.string(), z.int()], { error: 'a size such as "100Gi", or a number of bytes' })
  .transform((value, context) => {
    const bytes = parseSize(String(value));
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no size: write one such as 100Gi` });
    return z.NEVER;
  });
// an argument is handed over as it is; only what no argument can hold is refused
const argument = z
  .string()
  .min(1, "is empty")
  .refine((text) => !/[\0\n]/.test(text), "has a line break or NUL in it");

const deviceClass = z.strictObject({
  name: className,
  "volume-group": lvmName,
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
  "thin-pool": z
    .strictObject({
      name: lvmName,
      "overprovision-ratio": z.number().min(1, "must be at least 1").max(1e6, "must be at most 1000000"),
    })
    .nullish(),
});

const optionClass = z.strictObject({ name: className, options: z.array(argument).nullish() });

const emulatedGroup = z.strictObject({
  name: lvmName,
  size,
  "thin-pools": z.array(z.strictObject({ name: lvmName, size })).nullish(),
});

/** The configuration file, field by field; what concerns several fields is in `rules.ts`. */
export const schema = z.strictObject({
  "socket-name": z.string().min(1, "is empty").default(defaultSocket),
  "device-classes": z.array(deviceClass).min(1, "must name at least one class"),
  "lvcreate-option-classes": z.array(optionClass).nullish(),
  "lvm-command-prefix": z.array(argument).nullish(),
  emulated: z
    .strictObject({
      folder: z.string().min(1, "is empty").nullish(),
      "volume-groups": z.array(emulatedGroup).min(1, "must name at least one group"),
    })
    .nullish(),
});

/** What the file says, with the types of its fields. */
export type ConfigFile = z.output<typeof schema>;

function checked(problemOf: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}
