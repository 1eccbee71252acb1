import type { ErrorCode } from "../../base/errors.ts";
import type { ExtenderArgs } from "../args/args.ts";

/** A body to read; its memory moves with the message. */
export interface Job {
  readonly id: number;
  readonly body: ArrayBuffer;
  /** How much of it is the body. */
  readonly length: number;
}

/** What came of it. The body comes back, for the nodes in it are part of the answer. */
export type Done =
  | { readonly id: number; readonly args: ExtenderArgs; readonly body: ArrayBuffer }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } };
