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
  /** CreateVolume in the controller, with the node's and LVM's work in it. */
  readonly createVolume: number;
  /** NodePublishVolume: mkfs and mount. Where it ended, from the first request on. */
  readonly publish: number;
  readonly published: number;
  readonly running: number;
}

interface Part {
  readonly name: string;
  readonly all: (times: PodTimes) => number;
  readonly ours: (times: PodTimes) => number;
}

const parts: readonly Part[] = [
  { name: "admission", all: ({ made }) => made, ours: ({ webhooks }) => webhooks },
  { name: "scheduling", all: ({ made, selected }) => selected - made, ours: ({ extender }) => extender },
  {
    name: "provision",
    all: ({ selected, placed }) => placed - selected,
    ours: ({ createVolume }) => createVolume,
  },
  { name: "mount", all: ({ placed, published }) => published - placed, ours: ({ publish }) => publish },
  { name: "container", all: ({ published, running }) => running - published, ours: () => 0 },
  {
    name: "claim to running pod",
    all: ({ running }) => running,
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
        columns: ["part", "ms", "longest", "share", "of it ours, ms", "share of all"],
        rows: parts.map(({ name, all, ours }) => [
          name,
          middle(all).toFixed(0),
          Math.max(...pods.map(all)).toFixed(0),
          percent(middle((times) => all(times) / times.running)),
          middle(ours).toFixed(0),
          percent(middle((times) => ours(times) / times.running)),
        ]),
      },
    ],
    goals: [{ text: "ours ≤ 20 % of claim to running pod", seen: percent(share), met: share <= mostShare }],
  };
}

function oursOf({ webhooks, extender, createVolume, publish }: PodTimes): number {
  return webhooks + extender + createVolume + publish;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
