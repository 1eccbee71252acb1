import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Backend } from "../backend.ts";
import type { CheckReport, Finding } from "../check.ts";
import type { LvmdConfig } from "../config/model.ts";
import { errorOf } from "./faults.ts";
import { type Intent, openJournal } from "./journal.ts";
import type { LvmDocument } from "./report/document.ts";
import { rowsOf } from "./report/fields.ts";
import { type Rest, restsArguments, restsIn, whatBecame } from "./rests.ts";
import { lvmCommand } from "./run/command.ts";
import type { ObserveCommand } from "./run/measured.ts";
import { readOnce } from "./run/single.ts";
import { openLvmStorage } from "./storage.ts";

interface HostMeans {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this process: PATH and what steers LVM. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of each lvm command, for metrics. */
  readonly observe?: ObserveCommand | undefined;
}

/** For reports that are asked for outside of a group. */
const readLimitMs = 30_000;

/** The volume groups of this host. */
export function lvmBackend({ clock, log, environment, observe }: HostMeans): Backend {
  const open = (config: LvmdConfig) =>
    openLvmStorage({ config, clock, log, environment, journalFolder: config.stateFolder, observe });

  async function ask(
    { lvmCommandPrefix, lvmOverrides }: LvmdConfig,
    what: string,
    args: readonly string[],
  ): Promise<LvmDocument> {
    const outcome = await readOnce(lvmCommand(lvmCommandPrefix, environment, lvmOverrides), args, readLimitMs);
    if (outcome.status === 0 && outcome.document !== undefined) return outcome.document;
    throw errorOf(`report of ${what}`, outcome);
  }
  // a group that cannot be read is told of as that
  async function readRests(config: LvmdConfig): Promise<Rest[] | undefined> {
    const groups = new Set(config.deviceClasses.map(({ volumeGroup }) => volumeGroup));
    try {
      return restsIn(await ask(config, "volumes", restsArguments), groups);
    } catch (error) {
      log.warn({ error: messageOf(error) }, "what is left of copies and removed volumes cannot be listed");
      return undefined;
    }
  }
  /** Does what a start does. */
  async function startOnce(config: LvmdConfig): Promise<CheckReport> {
    const journal = openJournal(config.stateFolder, log);
    const before = await journal.unfinished();
    const storage = await open(config);
    try {
      const left = new Set((await journal.unfinished()).map(({ id }) => id));
      const states = await storage.state();
      const ill = states.flatMap(({ deviceClass, health }) =>
        health === undefined ? [] : [{ volumeGroup: groupOf(config, deviceClass), name: "", text: health }],
      );
      return reportOf(before, left, ill);
    } finally {
      await storage.close();
    }
  }

  return {
    open,
    check: async (config) => {
      const rests = await readRests(config);
      const report = await startOnce(config);
      const now = await readRests(config);
      return rests === undefined || now === undefined ? report : joined(report, whatBecame(rests, now));
    },
    groupsByTag: async (config, tags) => {
      const document = await ask(config, "volume groups", ["vgs", "-o", "vg_name,vg_tags"]);
      const rows = (document.report ?? []).flatMap((report) => rowsOf(report, "vg"));
      const groups = rows.map((row) => ({ name: row.text("vg_name"), tags: row.text("vg_tags").split(",") }));
      const named = (tag: string) => groups.filter((group) => group.tags.includes(tag)).map(({ name }) => name);
      return new Map(tags.map((tag) => [tag, named(tag)]));
    },
  };
}

function groupOf({ deviceClasses }: LvmdConfig, className: string): string {
  return deviceClasses.find(({ name }) => name === className)?.volumeGroup ?? "";
}

function reportOf(begun: readonly Intent[], left: ReadonlySet<string>, ill: readonly Finding[]): CheckReport {
  const about = (kind: Intent["kind"], text: string) =>
    begun
      .filter((intent) => !left.has(intent.id) && intent.kind === kind)
      .map(({ group, volume }) => ({ volumeGroup: group, name: volume, text }));
  const stuck = begun
    .filter(({ id }) => left.has(id))
    .map(({ group, volume, kind }) => ({
      volumeGroup: group,
      name: volume,
      text: `${kind} was begun and cannot be ended`,
    }));
  return {
    finished: about("resize", "growing was begun: its device has the size that LVM has for it"),
    removed: about("create", "making was begun and nobody was told: nothing of it is left"),
    waiting: [],
    reported: [...stuck, ...ill],
  };
}

function joined(report: CheckReport, { removed, waiting, reported }: ReturnType<typeof whatBecame>): CheckReport {
  return {
    finished: report.finished,
    removed: [...report.removed, ...removed],
    waiting: [...report.waiting, ...waiting],
    reported: [...report.reported, ...reported],
  };
}
