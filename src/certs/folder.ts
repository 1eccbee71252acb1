import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NativestorError } from "../base/errors.ts";
import { authorityName, readKey } from "./issue.ts";

/** The files of a certificate folder, named as in a Secret of type kubernetes.io/tls that cert-manager fills. */
export const fileNames = { caCertificate: "ca.crt", caKey: "ca.key", certificate: "tls.crt", key: "tls.key" } as const;

/** What a certificate folder holds; PEM, undefined for what is not there. */
export type FolderFiles = Readonly<Record<keyof typeof fileNames, string | undefined>>;

/** Reads a certificate folder; a folder that is not there is empty. */
export async function readFolder(folder: string): Promise<FolderFiles> {
  const [caCertificate, caKey, certificate, key] = await Promise.all(
    [fileNames.caCertificate, fileNames.caKey, fileNames.certificate, fileNames.key].map((name) =>
      readIfThere(join(folder, name)),
    ),
  );
  return { caCertificate, caKey, certificate, key };
}

/** Who keeps a certificate folder: we renew and re-issue what is ours, and never touch what others put there. */
export type Owner =
  | { readonly by: "nobody" }
  | { readonly by: "us" }
  | { readonly by: "others"; readonly because: string };

/** Tells from its files who keeps a folder. Half-written folders of ours, after a crash, are ours. */
export function ownerOf(files: FolderFiles): Owner {
  if (Object.values(files).every((file) => file === undefined)) return { by: "nobody" };
  const because = foreignness(files);
  return because === undefined ? { by: "us" } : { by: "others", because };
}

function foreignness({ caCertificate, caKey, certificate, key }: FolderFiles): string | undefined {
  if (caKey === undefined) return "ca.key is not there";
  const signer = attempt(() => readKey(caKey, fileNames.caKey));
  if (signer === undefined) return "ca.key is no private key in PEM";
  if (key !== undefined && attempt(() => readKey(key, fileNames.key)) === undefined)
    return "tls.key is no private key in PEM";
  if (caCertificate === undefined) return certificate === undefined ? undefined : "ca.crt is not there";
  const authority = attempt(() => new X509Certificate(caCertificate));
  if (authority === undefined) return "ca.crt is no certificate in PEM";
  if (authority.subject !== `CN=${authorityName}`) return `ca.crt is of ${oneLine(authority.subject)}`;
  if (!authority.checkPrivateKey(signer)) return "ca.key does not belong to ca.crt";
  if (certificate === undefined) return undefined;
  const leaf = attempt(() => new X509Certificate(certificate));
  if (leaf === undefined) return "tls.crt is no certificate in PEM";
  return leaf.verify(authority.publicKey) ? undefined : `tls.crt was issued by ${oneLine(leaf.issuer)}, not by ca.crt`;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

// a subject of several parts has one per line
function oneLine(subject: string): string {
  return subject.split("\n").join(", ");
}

/** A file's text; undefined where there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new NativestorError("failed-precondition", `cannot read ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
