import { Counter, Gauge, type Registry } from "prom-client";
import type { EndReason, Hold, HoldKind } from "../../capacity/reservations/hold.ts";
import type { Verdict } from "../../capacity/reservations/questions.ts";
import type { Grant } from "../../capacity/reservations/wish.ts";

/** What is counted of reservations as it happens. */
export interface ReservationMetrics {
  ended(kind: HoldKind, reason: EndReason): void;
  decided(verdict: Verdict): void;
  granted(grant: Grant): void;
}

/** What is held at the moment. */
interface Held {
  readonly holds: Iterable<Hold>;
  readonly nowMs: number;
}

/** Registers the metrics of reservations; what is held is read when it is collected. */
export function registerReservationMetrics(registry: Registry, held: () => Held): ReservationMetrics {
  const registers = [registry];
  const ended = new Counter({
    name: "nativestor_reservations_ended_total",
    help: "Reservations that ended: chosen (its claims name a node), asked-again (the scheduler asked about the pod again) or bound (nothing was seen in time).",
    labelNames: ["kind", "reason"],
    registers,
  });
  const decided = new Counter({
    name: "nativestor_reservation_decisions_total",
    help: "Pods that were let through to all nodes that fit, or to fewer of them (narrowed), or to none, for good (refused) or for reservations that may be gone in a moment (kept-waiting).",
    labelNames: ["outcome"],
    registers,
  });
  const granted = new Counter({
    name: "nativestor_reservation_grants_total",
    help: "Volumes that no pod waits for, copies and growth that asked for room: granted, refused, or kept-waiting for reservations that may be gone in a moment.",
    labelNames: ["outcome"],
    registers,
  });
  const none: Registry[] = [];
  const oldest = new Gauge({
    name: "nativestor_reservation_oldest_age_seconds",
    help: "Age of the oldest reservation.",
    labelNames: ["kind"],
    registers: none,
    collect() {
      this.reset();
      for (const [kind, ageMs] of oldestOf(held())) this.set({ kind }, ageMs / 1000);
    },
  });
  const bytes = new Gauge({
    name: "nativestor_reserved_bytes",
    help: "Room that is promised and not yet seen in a node's published figures.",
    labelNames: ["node", "device_class", "kind"],
    registers: none,
    collect() {
      this.reset();
      for (const { node, deviceClass, kind, bytes } of held().holds)
        this.inc({ node, device_class: deviceClass, kind }, Number(bytes));
    },
  });
  registry.registerMetric(oldest);
  registry.registerMetric(bytes);
  return {
    ended: (kind, reason) => ended.inc({ kind, reason }),
    decided: (verdict) => decided.inc({ outcome: outcomeOf(verdict) }),
    granted: (grant) => granted.inc({ outcome: outcomeOfGrant(grant) }),
  };
}

function outcomeOf({ through, withheld, isPassing }: Verdict): string {
  if (through.length === 0) return isPassing ? "kept-waiting" : "refused";
  return withheld > 0 ? "narrowed" : "all";
}

function outcomeOfGrant(grant: Grant): string {
  if ("node" in grant) return "granted";
  return grant.isPassing ? "kept-waiting" : "refused";
}

function oldestOf({ holds, nowMs }: Held): Map<HoldKind, number> {
  const ages = new Map<HoldKind, number>();
  for (const { kind, sinceMs } of holds) ages.set(kind, Math.max(ages.get(kind) ?? 0, nowMs - sinceMs));
  return ages;
}
