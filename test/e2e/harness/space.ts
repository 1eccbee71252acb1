import { ApiError, type KubeObject } from "../../kube/harness/api.ts";
import type { RealCluster } from "./cluster.ts";
import { image } from "./node-files.ts";
import { slowly } from "./slowly.ts";
import type { StorageClassName } from "./storage-classes.ts";

/** What the tests look at of a claim. */
export interface Claim extends KubeObject {
  readonly spec: { readonly volumeName?: string; readonly storageClassName?: string };
  readonly status: {
    readonly phase: string;
    readonly capacity?: { readonly storage: string };
    readonly conditions?: { readonly type: string; readonly status: string }[];
  };
}

interface ContainerStatus {
  readonly ready: boolean;
  /** With its runtime in front, as `containerd://ID`. */
  readonly containerID?: string;
}

/** What the tests look at of a pod. */
export interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly containerStatuses?: readonly ContainerStatus[] };
}

export interface ClaimOptions {
  readonly storageClass: StorageClassName;
  readonly size: string;
  readonly accessMode?: string;
  readonly volumeMode?: "Filesystem" | "Block";
  readonly dataSource?: object;
}

export interface PodOptions {
  /** Claims by the path at which they are mounted; a path below /dev takes a block device. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Laid over the pod's spec. */
  readonly spec?: object;
  readonly volumes?: readonly { readonly path: string; readonly volume: { readonly name: string } & object }[];
}

/** A namespace of its own for a test, and what a person does in it. */
export interface Space {
  readonly name: string;
  readonly cluster: RealCluster;
  createClaim(name: string, options: ClaimOptions): Promise<Claim>;
  claim(name: string): Promise<Claim>;
  bound(name: string): Promise<Claim>;
  resize(claim: string, size: string): Promise<void>;
  createPod(name: string, options: PodOptions): Promise<Pod>;
  pod(name: string): Promise<Pod>;
  /** Resolves with the pod as soon as its container runs. */
  running(name: string): Promise<Pod>;
  /** Runs a shell script in a pod and answers what it printed. @throws Error where its status is not 0 */
  exec(pod: string, script: string): Promise<string>;
  /** Ends a pod in order and waits until kubelet has confirmed it. */
  removePod(name: string): Promise<void>;
  /** Removes a claim; its volume goes some time later. */
  dropClaim(name: string): Promise<void>;
  /** Removes a claim and waits until it and its PersistentVolume are gone. */
  removeClaim(name: string): Promise<void>;
  /** Resolves when an event of this object matches, with its text. */
  event(name: string, pattern: RegExp): Promise<string>;
  /** Asks again and again, as `until`; where it takes too long, the events of the object are told too. */
  eventually<T>(what: string, of: string, probe: () => Promise<T | false | undefined>): Promise<T>;
  /** Texts of the events about an object of this name, with their reasons in front. */
  events(name: string): Promise<string[]>;
  /** Resolves when the object at this path is gone. */
  gone(path: string): Promise<unknown>;
  /** Removes everything in it. */
  end(): Promise<void>;
}

/** Makes a space; `name` is its namespace. */
export async function openSpace(cluster: RealCluster, name: string): Promise<Space> {
  const { api } = cluster;
  await api.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const root = `/api/v1/namespaces/${name}`;
  await slowly("its service account", () => api.get(`${root}/serviceaccounts/default`));
  const [claims, pods] = [`${root}/persistentvolumeclaims`, `${root}/pods`];
  const claim = (of: string) => api.get<Claim>(`${claims}/${of}`);
  const pod = (of: string) => api.get<Pod>(`${pods}/${of}`);
  const events = async (of: string) => {
    const all = await api.list<{ reason: string; message: string }>(
      `${root}/events?fieldSelector=involvedObject.name%3D${of}`,
    );
    return all.map(({ reason, message }) => `${reason}: ${message}`);
  };
  const eventually = async <T>(what: string, of: string, probe: () => Promise<T | false | undefined>): Promise<T> => {
    try {
      return await slowly(`${what} (${name})`, probe);
    } catch (error) {
      throw new Error(`${String(error)}\nevents of ${of}:\n${(await events(of)).join("\n")}`, { cause: error });
    }
  };
  const isGone = async (path: string) => {
    try {
      await api.get(path);
      return false;
    } catch (error) {
      return error instanceof ApiError && error.status === 404;
    }
  };
  const space: Space = {
    name,
    cluster,
    createClaim: (of, options) => api.create<Claim>(claims, claimManifest(of, options)),
    claim,
    bound: (of) =>
      eventually(`claim ${of} is bound`, of, async () => {
        const found = await claim(of);
        return found.status.phase === "Bound" && found;
      }),
    resize: async (of, size) =>
      void (await api.patch(`${claims}/${of}`, { spec: { resources: { requests: { storage: size } } } })),
    createPod: (of, options) => api.create<Pod>(pods, podManifest(of, options)),
    pod,
    running: (of) =>
      eventually(`pod ${of} runs`, of, async () => {
        const found = await pod(of);
        return found.status.containerStatuses?.[0]?.ready === true && found;
      }),
    exec: async (of, script) => {
      const { spec, status } = await pod(of);
      const { containerID = "" } = status.containerStatuses?.[0] ?? {};
      return cluster.node(spec.nodeName ?? "").shIn(containerID.replace(/^.*:\/\//, ""), script);
    },
    removePod: async (of) => {
      await api.remove(`${pods}/${of}`, { inOrder: true });
      await space.gone(`${pods}/${of}`);
    },
    dropClaim: (of) => api.remove(`${claims}/${of}`),
    removeClaim: async (of) => {
      const { volumeName } = (await claim(of)).spec;
      await api.remove(`${claims}/${of}`);
      await space.gone(`${claims}/${of}`);
      if (volumeName !== undefined) await space.gone(`/api/v1/persistentvolumes/${volumeName}`);
    },
    event: (of, pattern) =>
      eventually(`event ${pattern}`, of, async () => (await events(of)).find((text) => pattern.test(text))),
    eventually,
    events,
    gone: (path) => eventually(`${path} is gone`, path.slice(path.lastIndexOf("/") + 1), () => isGone(path)),
    end: async () => {
      const namesAt = async (path: string) => (await api.list(path)).map(({ metadata }) => metadata.name);
      await Promise.all((await namesAt(pods)).map((of) => space.removePod(of)));
      await Promise.all((await namesAt(claims)).map((of) => space.removeClaim(of)));
      await api.remove(root);
    },
  };
  return space;
}

function claimManifest(name: string, options: ClaimOptions): object {
  const { storageClass, size, accessMode = "ReadWriteOnce", volumeMode = "Filesystem", dataSource } = options;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: {
      storageClassName: storageClass,
      accessModes: [accessMode],
      volumeMode,
      resources: { requests: { storage: size } },
      ...(dataSource === undefined ? {} : { dataSource }),
    },
  };
}

function podManifest(name: string, { claims = {}, volumes = [], spec = {} }: PodOptions): object {
  const mounted = Object.entries(claims).map(([path, claimName]) => ({
    path,
    volume: { name: claimName, persistentVolumeClaim: { claimName } },
  }));
  const all = [...mounted, ...volumes];
  const isBlock = (path: string) => path.startsWith("/dev/");
  const container = {
    name: "main",
    image,
    imagePullPolicy: "Never",
    volumeMounts: all
      .filter(({ path }) => !isBlock(path))
      .map(({ path, volume }) => ({ name: volume.name, mountPath: path })),
    volumeDevices: all
      .filter(({ path }) => isBlock(path))
      .map(({ path, volume }) => ({ name: volume.name, devicePath: path })),
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      containers: [container],
      volumes: all.map(({ volume }) => volume),
      // nobody talks to it, and to make a network for it takes a guest seconds
      hostNetwork: true,
      terminationGracePeriodSeconds: 1,
      // a call to the API server is not needed
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...spec,
    },
  };
}
