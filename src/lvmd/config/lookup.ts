import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass, LvmdConfig, OptionClass } from "./model.ts";

/**
 * The device class of a request; the empty name asks for the default one.
 * @throws NativestorError `not-found`
 */
export function deviceClassOf(config: Pick<LvmdConfig, "deviceClasses">, name: string): DeviceClass {
  const found = config.deviceClasses.find((entry) => (name === "" ? entry.isDefault : entry.name === name));
  if (found !== undefined) return found;
  const known = config.deviceClasses.map((entry) => entry.name).join(", ");
  throw new NativestorError(
    "not-found",
    name === ""
      ? `device_class: none is the default, name one of ${known}`
      : `device_class: there is no ${JSON.stringify(name.slice(0, 63))}, there are ${known}`,
  );
}

/**
 * The option class of a request; the empty name asks for none.
 * @throws NativestorError `invalid-argument`
 */
export function optionClassOf(config: Pick<LvmdConfig, "optionClasses">, name: string): OptionClass | undefined {
  if (name === "") return undefined;
  const found = config.optionClasses.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const known = config.optionClasses.map((entry) => entry.name).join(", ") || "none";
  throw new NativestorError(
    "invalid-argument",
    `lvcreate_option_class: there is no ${JSON.stringify(name.slice(0, 63))}, known: ${known}`,
  );
}
