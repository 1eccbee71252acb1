import type { Hold } from "../../capacity/reservations/hold.ts";

/** A hold as `GET /ledger` tells it. */
interface ReportedHold {
  readonly kind: Hold["kind"];
  readonly for: string;
  readonly node: string;
  readonly deviceClass: string;
  /** Decimal, as annotations have it: JSON's numbers end at 2^53. */
  readonly bytes: string;
  readonly ageSeconds: number;
}

/** What `GET /ledger` answers. */
interface Report {
  /** Why nothing is promised now; absent where it is. */
  readonly waiting?: string;
  /** Oldest first. */
  readonly holds: readonly ReportedHold[];
}

export function reportOf(holds: Iterable<Hold>, nowMs: number, waiting: string | undefined): Report {
  const sorted = [...holds].sort((a, b) => a.sinceMs - b.sinceMs);
  return {
    ...(waiting !== undefined && { waiting }),
    holds: sorted.map(({ kind, owner, node, deviceClass, bytes, sinceMs }) => ({
      kind,
      for: owner,
      node,
      deviceClass,
      bytes: String(bytes),
      ageSeconds: Math.round(nowMs - sinceMs) / 1000,
    })),
  };
}

/** For whom room on some nodes is held, in few words: `pod a/b, claim c/d and 3 more`. Empty where for nobody. */
export function ownersOn(holds: Iterable<Hold>, nodes: ReadonlySet<string>, most = 2): string {
  const owners = new Set<string>();
  for (const { node, owner } of holds) if (nodes.has(node)) owners.add(owner);
  if (owners.size <= most + 1) return [...owners].join(", ");
  return `${[...owners].slice(0, most).join(", ")} and ${owners.size - most} more`;
}
