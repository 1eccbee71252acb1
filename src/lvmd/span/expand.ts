import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";

/** A class of several volume groups is below a class for each of them. */
export interface Member {
  readonly volumeGroup: string;
  /** Name of the class of this one group; no class of a configuration can have it. */
  readonly className: string;
}

export interface Expanded {
  /** Each of one volume group. */
  readonly classes: readonly DeviceClass[];
  /** Members of those classes that have several groups, by class. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
}

/**
 * Takes classes of several volume groups apart.
 * @param tagged names of the groups that have a tag
 * @throws NativestorError `invalid-argument` where a tag gives a group to two classes that would both promise its room
 */
export function expandSpans(classes: readonly DeviceClass[], tagged: ReadonlyMap<string, readonly string[]>): Expanded {
  const members = new Map<string, Member[]>();
  const single = classes.flatMap((deviceClass) => {
    if (deviceClass.span === undefined) return [deviceClass];
    const own = groupsOf(deviceClass, tagged).map((volumeGroup) => ({
      volumeGroup,
      className: `${deviceClass.name}@${volumeGroup}`,
    }));
    members.set(deviceClass.name, own);
    return own.map(({ volumeGroup, className }) => ({
      ...deviceClass,
      name: className,
      volumeGroup,
      span: undefined,
      isDefault: false,
    }));
  });
  refuseShared(single);
  return { classes: single, members };
}

/** Tags that classes name. */
export function tagsOf(classes: readonly DeviceClass[]): string[] {
  return classes.flatMap(({ span }) => (span !== undefined && "tag" in span.groups ? [span.groups.tag] : []));
}

function groupsOf({ span }: DeviceClass, tagged: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (span === undefined) return [];
  return "names" in span.groups ? span.groups.names : (tagged.get(span.groups.tag) ?? []).toSorted();
}

function refuseShared(classes: readonly DeviceClass[]): void {
  const owners = new Map<string, string>();
  for (const { name, volumeGroup, thinPool } of classes) {
    const room = thinPool === undefined ? volumeGroup : `${volumeGroup}/${thinPool.name}`;
    const owner = owners.get(room);
    if (owner !== undefined)
      throw new NativestorError(
        "invalid-argument",
        `device-classes: ${room} is of both ${owner} and ${name}, which would promise its room twice`,
      );
    owners.set(room, name);
  }
}
