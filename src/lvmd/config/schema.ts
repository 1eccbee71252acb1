import * as z from "zod";
import { parseAddress } from "../../base/address.ts";
import { groupNameProblem, tagProblem } from "../names.ts";
import { deviceClass, optionClass } from "./class-schema.ts";
import { argument, checked, size } from "./fields.ts";

/** Where TopoLVM's lvmd listens. */
const defaultSocket = "/run/topolvm/lvmd.sock";
const ownSocketMode = "0600";
const defaultStateFolder = "/var/lib/nativestor/lvmd";

const path = z.string().min(1, "is empty");
const lvmName = checked(groupNameProblem);

const emulatedGroup = z.strictObject({
  name: lvmName,
  size,
  tags: z.array(checked(tagProblem)).nullish(),
  "thin-pools": z.array(z.strictObject({ name: lvmName, size })).nullish(),
});

// in quotes: YAML 1.2 reads 0660 without them as the decimal number 660
const mode = z
  .string('an octal number in quotes, such as "0660"')
  .regex(/^0?[0-7]{3}$/, 'an octal number in quotes, such as "0660"')
  .transform((text) => Number.parseInt(text, 8));

const metricsListen = z.string().transform((text, context) => {
  const socketPath = /^unix:(.+)$/.exec(text)?.[1];
  if (socketPath !== undefined) return { socketPath };
  try {
    return parseAddress(text);
  } catch {
    context.addIssue({ code: "custom", message: "must be HOST:PORT, such as 127.0.0.1:9187, or unix:PATH" });
    return z.NEVER;
  }
});

/** The configuration file, field by field; what concerns several fields is in `rules.ts`. */
export const schema = z.strictObject({
  "socket-name": path.default(defaultSocket),
  "socket-mode": mode.prefault(ownSocketMode),
  "socket-group": path.nullish(),
  "metrics-listen": metricsListen.nullish(),
  "node-name": path.nullish(),
  "state-folder": path.default(defaultStateFolder),
  "device-classes": z.array(deviceClass).min(1, "must name at least one class"),
  "lvcreate-option-classes": z.array(optionClass).nullish(),
  "lvm-command-prefix": z.array(argument).nullish(),
  devices: z.array(argument.startsWith("/", "must be absolute paths")).nullish(),
  // a name in /etc/lvm/devices; LVM takes no paths
  "devices-file": argument.regex(/^[^/-][^/]*$/, "must be the name of a file, without a path").nullish(),
  "lvm-config": z.array(argument.regex(/^\w+\/\w+\s*=/, 'must be like "devices/filter=[…]"')).nullish(),
  emulated: z
    .strictObject({
      folder: path.nullish(),
      "volume-groups": z.array(emulatedGroup).min(1, "must name at least one group"),
    })
    .nullish(),
});

/** What the file says, with the types of its fields. */
export type ConfigFile = z.output<typeof schema>;
