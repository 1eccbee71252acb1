import { quoted, refuse } from "./refuse.ts";

/** Longest path that Linux takes: PATH_MAX without the closing NUL. */
const maxBytes = 4095;

/**
 * Checks a path that kubelet names: absolute, without `..`, and not the root.
 * @throws NativestorError `invalid-argument`
 */
export function checkPath(path: string, field: string): string {
  if (path === "") refuse(field, "is missing");
  if (Buffer.byteLength(path) > maxBytes) refuse(field, `is longer than ${maxBytes} bytes`);
  if (path.includes("\0")) refuse(field, "has a NUL character");
  if (!path.startsWith("/")) refuse(field, `${quoted(path)} is not absolute`);
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.includes("..") || parts.includes(".")) refuse(field, `${quoted(path)} has "." or ".." in it`);
  if (parts.length === 0) refuse(field, "is the root");
  return `/${parts.join("/")}`;
}
