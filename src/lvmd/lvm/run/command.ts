import type { LvmOverrides } from "../../config/model.ts";

/** The program, what stands before it, and its environment: the same for single commands and for the kept shell. */
export interface LvmCommand {
  readonly file: string;
  readonly leading: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Arguments that each command gets beside its own. */
  readonly overrides: readonly string[];
}

/** Where lvm is looked for if the process has no PATH of its own: distributions differ between the sbin folders. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Variables that people set to steer LVM where udev does not run, or where its configuration lies elsewhere. */
const handedOn = ["DM_DISABLE_UDEV", "LVM_SYSTEM_DIR", "LVM_RUN_DIR"] as const;

/**
 * The lvm command behind a prefix such as `nsenter -m -u -i -n -t 1`. Nothing of the environment but what is listed gets
 * through: messages are parsed, so they have to be in English.
 * @param own further variables
 */
export function lvmCommand(
  prefix: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  overrides: LvmOverrides,
  own: Readonly<Record<string, string>> = {},
): LvmCommand {
  const words = [...prefix, "lvm"];
  const kept = handedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return {
    file: words[0] ?? "lvm",
    leading: words.slice(1),
    overrides: overrideArguments(overrides),
    env: {
      PATH: environment["PATH"] ?? usualPath,
      LC_ALL: "C",
      // Node leaves its own descriptors open across fork for a moment; LVM would warn about each
      LVM_SUPPRESS_FD_WARNINGS: "1",
      ...Object.fromEntries(kept),
      ...own,
    },
  };
}

// lvm takes --config once, with all settings in it
function overrideArguments({ devices, devicesFile, settings }: LvmOverrides): string[] {
  return [
    ...devices.flatMap((device) => ["--devices", device]),
    ...(devicesFile === undefined ? [] : ["--devicesfile", devicesFile]),
    ...(settings.length === 0 ? [] : ["--config", settings.join(" ")]),
  ];
}
