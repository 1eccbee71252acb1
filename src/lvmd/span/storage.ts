import { NativestorError } from "../../base/errors.ts";
import { deviceClassOf, optionClassOf } from "../config/lookup.ts";
import type { DeviceClass } from "../config/device-class.ts";
import type { LvmdConfig } from "../config/model.ts";
import { createQueues } from "../queues.ts";
import { checkCreate, checkName, checkSize, checkSnapshot } from "../requests.ts";
import type { Storage, Volume } from "../storage.ts";
import type { Member } from "./expand.ts";
import { placeVolume } from "./place.ts";
import { createPending } from "./pending.ts";
import { joinStates } from "./state.ts";

/**
 * Classes of several volume groups over a storage that knows classes of one. Names are unique over the groups of a class;
 * a group that cannot be read therefore keeps its class from making volumes, as it may hold the very one.
 */
export function spanGroups(
  inner: Storage,
  config: Pick<LvmdConfig, "deviceClasses" | "optionClasses">,
  membersOf: ReadonlyMap<string, readonly Member[]>,
): Storage {
  const queues = createQueues();
  const pending = createPending();

  /** One request at a time for a name of a class, so that the same one sent twice at once is made once. */
  const alone = <T>(deviceClass: DeviceClass, name: string, job: () => Promise<T>) =>
    queues.run(`${deviceClass.name}/${name}`, job);
  const membersFor = ({ name }: DeviceClass) => membersOf.get(name);
  const outward = (deviceClass: DeviceClass, volume: Volume): Volume => ({ ...volume, deviceClass: deviceClass.name });

  const find = async (members: readonly Member[], name: string): Promise<Member | undefined> => {
    const lists = await Promise.all(members.map(({ className }) => inner.listVolumes(className)));
    return members[lists.findIndex((volumes) => volumes.some((volume) => volume.name === name))];
  };
  const findOrRefuse = async (deviceClass: DeviceClass, members: readonly Member[], name: string, field = "name") => {
    const member = await find(members, name);
    if (member !== undefined) return member;
    throw new NativestorError("not-found", `${field}: there is no volume ${name} in class ${deviceClass.name}`);
  };

  return {
    createVolume: async (request) => {
      const deviceClass = deviceClassOf(config, request.deviceClass);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.createVolume(request);
      checkCreate(request);
      optionClassOf(config, request.optionClass);
      return alone(deviceClass, request.name, async () => {
        const make = ({ className }: Member) => inner.createVolume({ ...request, deviceClass: className });
        const owner = await find(members, request.name);
        const made =
          owner === undefined
            ? await placeVolume({ inner, deviceClass, members, pending, sizeBytes: request.sizeBytes, make })
            : await make(owner);
        return outward(deviceClass, made);
      });
    },
    removeVolume: async (name, className) => {
      const deviceClass = deviceClassOf(config, className);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.removeVolume(name, className);
      checkName(name);
      return alone(deviceClass, name, async () => {
        const owner = await findOrRefuse(deviceClass, members, name);
        await inner.removeVolume(name, owner.className);
      });
    },
    resizeVolume: async (name, className, sizeBytes) => {
      const deviceClass = deviceClassOf(config, className);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.resizeVolume(name, className, sizeBytes);
      checkName(name);
      checkSize(sizeBytes);
      const owner = await findOrRefuse(deviceClass, members, name);
      return inner.resizeVolume(name, owner.className, sizeBytes);
    },
    createSnapshot: async (request) => {
      const deviceClass = deviceClassOf(config, request.deviceClass);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.createSnapshot(request);
      checkSnapshot(request);
      return alone(deviceClass, request.name, async () => {
        // a thin snapshot outlives its source, and lies where that did
        const owner =
          (await find(members, request.name)) ??
          (await findOrRefuse(deviceClass, members, request.sourceVolume, "source_volume"));
        return outward(deviceClass, await inner.createSnapshot({ ...request, deviceClass: owner.className }));
      });
    },
    listVolumes: async (className) => {
      const deviceClass = deviceClassOf(config, className);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.listVolumes(className);
      const lists = await Promise.all(members.map((member) => inner.listVolumes(member.className)));
      return lists.flat().map((volume) => outward(deviceClass, volume));
    },
    classState: async (className) => {
      const deviceClass = deviceClassOf(config, className);
      const members = membersFor(deviceClass);
      if (members === undefined) return inner.classState(className);
      const states = await Promise.all(members.map((member) => inner.classState(member.className)));
      return joinStates(deviceClass, members, states);
    },
    state: async () => {
      const states = await inner.state();
      return config.deviceClasses.flatMap((deviceClass) => {
        const members = membersFor(deviceClass);
        if (members !== undefined) return joinStates(deviceClass, members, states);
        return states.filter((state) => state.deviceClass === deviceClass.name);
      });
    },
    optionClasses: () => inner.optionClasses(),
    onChange: (listener) => inner.onChange(listener),
    close: async () => {
      await queues.idle();
      await inner.close();
    },
  };
}
