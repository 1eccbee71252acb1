import type { Role } from "./role.ts";

/** One role's line in the help, and where it is found when it is asked for. */
interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Loaded only for the role that runs, so that each starts without the libraries of the others. */
  readonly load: () => Promise<Role>;
}

/** All roles, in the order of the help. */
export const roles: readonly Entry[] = [
  {
    name: "serve",
    summary: "the HTTPS service: scheduler extender and admission webhooks",
    load: async () => (await import("./roles/serve.ts")).serve,
  },
  {
    name: "controller",
    summary: "the CSI controller service, and what cleans up after claims and nodes",
    load: async () => (await import("./roles/controller.ts")).controller,
  },
  {
    name: "node",
    summary: "the agent of one node: makes its volumes, mounts them, publishes its room",
    load: async () => (await import("./roles/node.ts")).node,
  },
  {
    name: "lvmd",
    summary: "the gRPC service over the storage of one host",
    load: async () => (await import("./roles/lvmd.ts")).lvmd,
  },
  {
    name: "lvs",
    summary: "what an lvmd manages: classes with their room, and volumes",
    load: async () => (await import("./roles/lvs.ts")).lvs,
  },
  {
    name: "certs",
    summary: "make a certificate authority and a server's certificate, or renew them",
    load: async () => (await import("./roles/certs.ts")).certs,
  },
];
