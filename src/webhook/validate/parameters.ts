import { type Names, fsTypeParameter } from "../../capacity/names.ts";
import { quoted } from "../text.ts";

const provisionerPrefix = "csi.storage.k8s.io/";

const secrets = [
  "",
  "provisioner-",
  "controller-publish-",
  "controller-expand-",
  "controller-modify-",
  "node-stage-",
  "node-publish-",
  "node-expand-",
];
const oldSecrets = ["Provisioner", "ControllerPublish", "NodeStage", "NodePublish"];

/** How the file system was named before, which csi-provisioner still honours. */
const oldFsTypeParameter = "fstype";

/** Parameters that csi-provisioner takes out for itself. Source: kubernetes-csi/external-provisioner, package params. */
const provisionerParameters: ReadonlySet<string> = new Set([
  fsTypeParameter,
  oldFsTypeParameter,
  ...secrets.flatMap((use) => [`${provisionerPrefix}${use}secret-name`, `${provisionerPrefix}${use}secret-namespace`]),
  ...oldSecrets.flatMap((use) => [`csi${use}SecretName`, `csi${use}SecretNamespace`]),
]);

/** File systems that the node service makes. */
const fileSystems = ["ext4", "xfs", "btrfs"];

/** What is wrong with the parameters of a StorageClass of ours, as far as they alone tell. */
export function parameterFindings(parameters: Readonly<Record<string, string>>, names: Names): string[] {
  const own = [names.deviceClassParameter, names.optionClassParameter];
  return Object.entries(parameters).flatMap(([key, value]) => {
    if (key === fsTypeParameter || key === oldFsTypeParameter) return fileSystemFindings(key, value);
    if (own.includes(key) || provisionerParameters.has(key)) return [];
    return [`nobody knows the parameter ${quoted(key)}${suggestion(key, [...own, ...provisionerParameters])}`];
  });
}

// an empty one stands for the default
function fileSystemFindings(key: string, value: string): string[] {
  if (value === "" || fileSystems.includes(value)) return [];
  return [`${key} is ${quoted(value)}, and volumes are made with ${fileSystems.join(", ")} only`];
}

// the usual mistakes: another domain (that of the older driver), or none, another letter case, or no dashes
function suggestion(key: string, known: readonly string[]): string {
  const meant = known.find((one) => plain(one) === plain(key));
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

function plain(key: string): string {
  return key
    .slice(key.lastIndexOf("/") + 1)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "");
}
