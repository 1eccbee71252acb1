import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Agent } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { createAuthority, issueCertificate, validFor } from "../../../src/certs/issue.ts";
import { request } from "../../support/https-client.ts";
import { etcdTools, kubeTools, toolFolder } from "../../setup/tools.ts";
import { type Api, openApi } from "./api.ts";
import { apiServerFlags, controllerManagerFlags, etcdFlags } from "./flags.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { type Kubectl, openKubectl } from "./kubectl.ts";
import { freePorts } from "./ports.ts";
import { type Program, startProgram } from "./program.ts";
import { until } from "./until.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** A real API server with its store and controllers, on ports of 127.0.0.1; no scheduler yet. */
export interface ControlPlane {
  readonly workspace: Workspace;
  readonly url: string;
  readonly caFile: string;
  readonly port: number;
  /** As an administrator. */
  readonly api: Api;
  readonly kubectl: Kubectl;
  /** As an administrator, over connections that are kept: for thousands of requests. */
  apiOver(agent: Agent): Api;
  /** As another user. */
  apiFor(token: string): Api;
  /** Writes a kubeconfig for the owner of this token and answers its path. */
  kubeconfigFor(name: string, token: string): string;
  /** Token of the administrator. */
  readonly adminToken: string;
  /** Token of the user that the API server knows as system:kube-scheduler. */
  readonly schedulerToken: string;
  /** Ends the API server the hard way; the others stay. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same port and waits until it is ready. */
  startApiServer(): Promise<void>;
  /** Has the store answer nothing for so long. */
  pauseStore(forMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Where nodes with kubelets find it; their life is looked after then. Without it there are no such nodes. */
  readonly address?: string;
  /** What is written down of requests into `audit.log`, one JSON object a line: rules of an audit policy. */
  readonly auditRules?: readonly object[];
}

/** Starts the control plane in a folder of its own. Takes about 4 s. */
export async function startControlPlane(
  purpose: string,
  { address, auditRules }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const workspace = openWorkspace(purpose);
  const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const { ca, caFile } = writeCertificates(workspace, address);
  const token = randomBytes(16).toString("hex");
  const schedulerToken = randomBytes(16).toString("hex");
  workspace.write(
    "tokens.csv",
    `${token},admin,admin,"system:masters"\n${schedulerToken},system:kube-scheduler,system:kube-scheduler,""\n`,
  );
  const url = `https://${address ?? "127.0.0.1"}:${port}`;
  const kubeconfigFor = (name: string, owner: string) =>
    workspace.write(`${name}.kubeconfig`, kubeconfigText({ server: url, caFile, token: owner }));
  const admin = kubeconfigFor("admin", token);
  const run = (name: string, args: string[]) => startProgram(workspace, name, programPath(name), args);

  const etcd = run("etcd", etcdFlags(etcdPort, peerPort));
  const audit = auditRules === undefined ? [] : auditFlags(workspace, auditRules);
  let apiServer: Program | undefined;
  const startApiServer = async () => {
    const started = run("kube-apiserver", [...apiServerFlags(port, etcdPort, address), ...audit]);
    apiServer = started;
    await until("the API server is ready", async () => {
      await started.check();
      const answer = await request({ port, path: "/readyz", ca, headers: { authorization: `Bearer ${token}` } });
      return answer.status === 200;
    });
  };
  await startApiServer();
  const controllerManager = run("kube-controller-manager", controllerManagerFlags(admin, address !== undefined));
  const apiFor = (owner: string) => openApi({ port, ca, token: owner });
  const api = apiFor(token);
  await until("the default service account is there", () =>
    api.get("/api/v1/namespaces/default/serviceaccounts/default"),
  );
  return {
    workspace,
    url,
    caFile,
    port,
    api,
    kubectl: openKubectl(programPath("kubectl"), admin),
    apiOver: (agent) => openApi({ port, ca, token, agent }),
    apiFor,
    kubeconfigFor,
    adminToken: token,
    schedulerToken,
    killApiServer: async () => void (await apiServer?.stop("SIGKILL")),
    startApiServer,
    pauseStore: async (forMs) => {
      etcd.signal("SIGSTOP");
      await wait(forMs);
      etcd.signal("SIGCONT");
    },
    stop: async () => {
      // the store last: without it the API server would take its time to end
      await Promise.all([controllerManager.stop(), apiServer?.stop("SIGKILL")]);
      await etcd.stop("SIGKILL");
    },
  };
}

/** Address of the Service `kubernetes`, the first of the range of Services. */
export const apiServiceAddress = "10.0.0.1";

/** Path of one of the built programs. */
export function programPath(name: string): string {
  return join(toolFolder(name === "etcd" ? etcdTools : kubeTools), name);
}

function auditFlags(workspace: Workspace, rules: readonly object[]): string[] {
  const policy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived"], rules };
  workspace.write("audit.yaml", JSON.stringify(policy));
  return ["--audit-policy-file=audit.yaml", "--audit-log-path=audit.log"];
}

function writeCertificates(workspace: Workspace, address = "localhost"): { ca: string; caFile: string } {
  const validity = validFor(systemClock, 2);
  const ca = createAuthority({ validity });
  const server = issueCertificate({ ca, hosts: ["127.0.0.1", address, apiServiceAddress], usage: "server", validity });
  workspace.write("api.crt", server.certificate);
  workspace.write("api.key", server.key);
  // service account tokens are signed with it
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  workspace.write("sa.key", privateKey.export({ type: "pkcs1", format: "pem" }) as string);
  return { ca: ca.certificate, caFile: workspace.write("ca.crt", ca.certificate) };
}
