import * as z from "zod";
import { parseSize } from "./size.ts";

/** A text that a function finds something wrong with, or not. */
export function checked(problemOf: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** A size above 0, in bytes. */
export const size = z
  .union([z.string(), z.int()], { error: 'a size such as "100Gi", or a number of bytes' })
  .transform((value, context) => {
    const bytes = parseSize(String(value));
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no size: write one such as 100Gi` });
    return z.NEVER;
  });

/** A share, above 0 and at most 100. */
export const percent = z.number().gt(0, "must be above 0").max(100, "must be at most 100");

/** A share written with its sign, such as `20%`. */
export const share = z.string().transform((text, context) => {
  const number = Number(/^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1]);
  if (number > 0 && number <= 100) return { percent: number };
  context.addIssue({ code: "custom", message: `${JSON.stringify(text)} is no share: write one such as 20%, above 0%` });
  return z.NEVER;
});

// an argument is handed over as it is; only what no argument can hold is refused
export const argument = z
  .string()
  .min(1, "is empty")
  .refine((text) => !/[\0\n]/.test(text), "has a line break or NUL in it");
