/** A request to the daemon. */
export interface Request {
  readonly kind: "create" | "snapshot" | "resize" | "remove";
  readonly name: string;
  readonly deviceClass: ClassName;
  readonly sizeBytes: number;
  /** Of a snapshot. */
  readonly source: string;
}

/** A volume that was asked for and answered. */
export interface Kept {
  readonly deviceClass: ClassName;
  sizeBytes: number;
}

export type ClassName = (typeof classNames)[number];

/** Two groups, so that two changes run at once; one of them has a thin pool, too. */
export const classNames = ["thick", "thin", "other"] as const;
export const groupOf = { thick: "vg", thin: "vg", other: "vg2" } as const;

const step = 4 << 20;
const mostVolumes = 12;

/**
 * One to three requests about different volumes, which may be under way at once, and each of which has to succeed whatever
 * happened to the ones before.
 */
export function nextRequests(wanted: ReadonlyMap<string, Kept>, count: number, random: () => number): Request[] {
  const free = new Map(wanted);
  const requests: Request[] = [];
  for (let at = Math.floor(random() * 3); at >= 0; at--)
    requests.push(nextRequest(free, `${count}.${at}`, wanted.size + requests.length < mostVolumes, random));
  return requests;
}

/** Takes what the request is about out of `free`. */
function nextRequest(free: Map<string, Kept>, id: string, hasRoom: boolean, random: () => number): Request {
  const names = [...free.keys()];
  const name = names[Math.floor(random() * names.length)];
  const kept = name === undefined ? undefined : free.get(name);
  const dice = random();
  if (name === undefined || kept === undefined || (dice < 0.4 && hasRoom)) {
    const deviceClass = classNames[Math.floor(random() * classNames.length)] ?? "thick";
    return { kind: "create", name: `v${id}`, deviceClass, sizeBytes: step, source: "" };
  }
  free.delete(name);
  const { deviceClass, sizeBytes } = kept;
  if (dice < 0.6 && hasRoom)
    return { kind: "snapshot", name: `s${id}`, deviceClass, sizeBytes: sizeBytes + step, source: name };
  if (dice < 0.75) return { kind: "resize", name, deviceClass, sizeBytes: sizeBytes + step, source: "" };
  return { kind: "remove", name, deviceClass, sizeBytes: 0, source: "" };
}
