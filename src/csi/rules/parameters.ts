import type { Names } from "../../capacity/names.ts";
import { quoted, refuse } from "./refuse.ts";

/** What the parameters of a StorageClass say to the driver. */
export interface Parameters {
  /** Empty stands for the default class. */
  readonly deviceClass: string;
  /** Empty stands for none. */
  readonly optionClass: string;
}

/** Parameters of csi-provisioner itself, some of which come along: facts of the claim, and the file system. */
const provisionerPrefix = "csi.storage.k8s.io/";

/** As lvmd has it for the names of its classes. */
const classNameGrammar = /^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads them. A parameter that nobody knows is refused, since it is mostly a known one misspelt.
 * @throws NativestorError `invalid-argument` naming the parameter
 */
export function readParameters(parameters: Readonly<Record<string, string>>, names: Names): Parameters {
  for (const key of Object.keys(parameters)) {
    if (key === names.deviceClassParameter || key === names.optionClassParameter) continue;
    if (key.startsWith(provisionerPrefix)) continue;
    const known = `${names.deviceClassParameter} and ${names.optionClassParameter}`;
    refuse(`parameters[${quoted(key)}]`, `is unknown; known are ${known}`);
  }
  return {
    deviceClass: className(parameters, names.deviceClassParameter),
    optionClass: className(parameters, names.optionClassParameter),
  };
}

/** Snapshots and changes after the fact take no parameters: nothing about them can be chosen. */
export function refuseParameters(parameters: Readonly<Record<string, string>>, field: string): void {
  const unknown = Object.keys(parameters).find((key) => !key.startsWith(provisionerPrefix));
  if (unknown !== undefined) refuse(`${field}[${quoted(unknown)}]`, "is unknown; there are none");
}

function className(parameters: Readonly<Record<string, string>>, key: string): string {
  const name = parameters[key] ?? "";
  if (name !== "" && !classNameGrammar.test(name))
    refuse(
      `parameters[${quoted(key)}]`,
      `is ${quoted(name)}: a class has at most 63 letters, digits, "-" and "_", with a letter or digit at both ends`,
    );
  return name;
}
