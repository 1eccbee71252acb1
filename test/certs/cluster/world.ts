import type { X509Certificate } from "node:crypto";
import { authoritiesIn } from "../../../src/certs/cluster/bundle.ts";
import { type Action, decide } from "../../../src/certs/cluster/decide.ts";
import type { Leaf, LeafName, Observed, Wishes } from "../../../src/certs/cluster/model.ts";
import { type Change, changedAuthorities, changedLeaf } from "../../../src/certs/cluster/perform.ts";
import { authoritiesData, leafData, ownLabels, readAuthorities, readLeaf } from "../../../src/certs/cluster/secrets.ts";

const second = 1_000;

/** A whole life in ten minutes. */
export const wishes: Wishes = {
  hosts: { server: ["nativestor.ns.svc"], scheduler: [] },
  lives: { authorityMs: 600 * second, leafMs: 60 * second, settleMs: 6 * second },
};

/** A Secret of ours with such data. */
export function secretOf(name: string, data: Readonly<Record<string, string>>, labels: object = ownLabels): object {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { metadata: { namespace: "ns", name, labels }, data: Object.fromEntries(encoded) };
}

/** A cluster in memory whose certificates are kept by what `decide` says, with the time as the test turns it. */
export function createWorld(startMs = Date.UTC(2030, 0, 1)) {
  let now = startMs;
  let hosts = wishes.hosts;
  let authorities: object | undefined;
  const leaves: Record<LeafName, object | undefined> = { server: undefined, scheduler: undefined };
  let bundles = ["", "", ""];
  let seenSinceMs = now;
  /** What an API server may still use: each bundle, and until when. */
  const inUse: { bundle: string; untilMs: number }[] = [];
  /** Certificates that a replica may still show. */
  const shown = new Map<string, X509Certificate>();

  const asked = (): Wishes => ({ ...wishes, hosts });
  const observe = (): Observed => ({
    authorities: readAuthorities(authorities),
    leaves: { server: readLeaf(leaves.server), scheduler: readLeaf(leaves.scheduler) },
    bundles,
    bundlesUnchangedMs: now - seenSinceMs,
  });

  function setBundles(next: string[]): void {
    for (const bundle of bundles) inUse.push({ bundle, untilMs: now + wishes.lives.settleMs });
    bundles = next;
    seenSinceMs = now;
  }

  function place(name: LeafName, leaf: Leaf): void {
    leaves[name] = secretOf(name, leafData(leaf));
    if (name === "server") shown.set(leaf.x509.fingerprint256, leaf.x509);
  }

  function change(action: Change): void {
    if (action.do === "publish") return setBundles(bundles.map(() => action.bundle));
    const observed = observe();
    const known = observed.authorities.state === "good" ? observed.authorities.content : undefined;
    const made = changedAuthorities(action, known, asked(), now);
    if (made !== undefined) authorities = secretOf("nativestor-ca", authoritiesData(made));
    const leaf = changedLeaf(action, observed, asked(), now);
    if (leaf !== undefined) place(leaf.name, leaf.leaf);
  }

  return {
    observe,
    get now() {
      return now;
    },
    pass: (ms: number) => {
      now += ms;
    },
    /** Does what is to be done now, and answers for how long there is nothing more. */
    settle: (): { readonly steps: string[]; readonly waitMs: number } => {
      const steps: string[] = [];
      for (;;) {
        const action: Action = decide(observe(), asked(), now);
        steps.push(action.do);
        if (action.do === "wait") return { steps, waitMs: action.untilMs - now };
        if (action.do === "refuse" || steps.length > 12) throw new Error(`it does not come to rest: ${steps.join()}`);
        change(action);
      }
    },
    /** The server's certificates that may be shown and that some API server that calls now would not accept. */
    refused: (): string[] => {
      // one that somebody emptied, or whose authorities have all ended, was of no use before either
      const used = [...bundles, ...inUse.filter(({ untilMs }) => now < untilMs).map(({ bundle }) => bundle)];
      const holding = (bundle: string) => authoritiesIn(bundle).filter((x509) => now < x509.validToDate.getTime());
      const trusted = used.map(holding).filter((all) => all.length > 0);
      const alive = [...shown.values()].filter((x509) => now < x509.validToDate.getTime());
      return alive
        .filter((x509) => trusted.some((all) => !all.some((authority) => x509.verify(authority.publicKey))))
        .map((x509) => x509.serialNumber);
    },
    loseAuthorities: () => {
      authorities = undefined;
    },
    garbleAuthorities: () => {
      authorities = secretOf("nativestor-ca", { "ca.crt": "garbage", "ca.key": "garbage" });
    },
    loseLeaf: (name: LeafName) => {
      leaves[name] = undefined;
    },
    garbleLeaf: (name: LeafName) => {
      leaves[name] = secretOf(name, { "tls.crt": "garbage" });
    },
    emptyBundle: () => setBundles(["", ...bundles.slice(1)]),
    newLeader: () => {
      seenSinceMs = now;
    },
    changeHosts: (host: string) => {
      hosts = { ...hosts, server: [host] };
    },
  };
}

export type World = ReturnType<typeof createWorld>;
