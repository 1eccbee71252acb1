import type { Findings } from "./bench.ts";
import { median } from "./stats.ts";

/** What happened to one pod with a new claim, in milliseconds. */
export interface PodTimes {
  /** Our answers to the API server, and to the scheduler. */
  readonly webhooks: number;
  readonly extender: number;
  /** From the first request until both objects are made; until a node is selected; until the pod is bound to it. */
  readonly made: number;
  readonly selected: number;
  readonly placed: number;
  /** CreateVolume in the controller, with the node's and LVM's work in it, and lvmd's part of that. */
  readonly createVolume: number;
  readonly lvmd: number;
  /** NodePublishVolume, and what blkid, mkfs, mknod and mount took of it. Where it ended, from the first request on. */
  readonly publish: number;
  readonly programs: number;
  readonly published: number;
  readonly running: number;
}

interface Part {
  readonly name: string;
  readonly all: (times: PodTimes) => number;
  /** What whoever makes such a volume has to wait for: LVM, and the programs of file systems. */
  readonly system: (times: PodTimes) => number;
  readonly ours: (times: PodTimes) => number;
}

const nothing = () => 0;

const parts: readonly Part[] = [
  { name: "admission", all: ({ made }) => made, system: nothing, ours: ({ webhooks }) => webhooks },
  {
    name: "scheduling",
    all: ({ made, selected }) => selected - made,
    system: nothing,
    ours: ({ extender }) => extender,
  },
  {
    name: "provision",
    all: ({ selected, placed }) => placed - selected,
    system: ({ lvmd }) => lvmd,
    ours: ({ createVolume, lvmd }) => createVolume - lvmd,
  },
  {
    name: "mount",
    all: ({ placed, published }) => published - placed,
    system: ({ programs }) => programs,
    ours: ({ publish, programs }) => publish - programs,
  },
  { name: "container", all: ({ published, running }) => running - published, system: nothing, ours: nothing },
  {
    name: "claim to running pod",
    all: ({ running }) => running,
    system: ({ lvmd, programs }) => lvmd + programs,
    ours: oursOf,
  },
];

const mostShare = 0.2;

/** The table of the parts. */
export function partsOf(pods: readonly PodTimes[]): Findings {
  const middle = (value: (times: PodTimes) => number) => median(pods.map(value));
  const share = middle((times) => oursOf(times) / times.running);
  return {
    tables: [
      {
        caption: `${pods.length} pods, one after the other; medians, and the longest`,
        columns: ["part", "ms", "longest", "share", "LVM and programs, ms", "ours, ms", "LVM and programs", "ours"],
        rows: parts.map(({ name, all, system, ours }) => [
          name,
          middle(all).toFixed(0),
          Math.max(...pods.map(all)).toFixed(0),
          percent(middle((times) => all(times) / times.running)),
          middle(system).toFixed(0),
          middle(ours).toFixed(0),
          percent(middle((times) => system(times) / times.running)),
          percent(middle((times) => ours(times) / times.running)),
        ]),
      },
    ],
    goals: [{ text: "ours ≤ 20 % of claim to running pod", seen: percent(share), met: share <= mostShare }],
  };
}

function oursOf({ webhooks, extender, createVolume, lvmd, publish, programs }: PodTimes): number {
  return webhooks + extender + createVolume - lvmd + publish - programs;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
