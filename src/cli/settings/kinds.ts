import * as z from "zod";
import { parseQuantity } from "../../capacity/quantity.ts";
import { type Address, parseAddress } from "../../base/address.ts";
import { parseDuration } from "./duration.ts";
import type { Setting } from "./setting.ts";

/** What every kind of setting is told beside its own. */
interface Told<T> {
  readonly help: string;
  readonly initial: T;
  /** How the help writes the default, where it is not its JSON. */
  readonly initialText?: string;
  readonly placeholder?: string;
  readonly flag?: string;
  readonly inFile?: boolean;
}

const first = (texts: readonly string[]): unknown => texts[0];

/** Any text that is not empty: a path, a name. */
export function text<T extends string | undefined>(told: Told<T>): Setting<string | T> {
  return one({ placeholder: "TEXT", ...told }, z.string("must be a text").min(1, "must not be empty"));
}

/** One of some words. */
export function choice<const W extends string>(words: readonly W[], told: Told<W>): Setting<W> {
  return one({ placeholder: words.join("|"), ...told }, words_(words));
}

/** As `choice`, where nothing said is a value of its own. */
export function optionalChoice<const W extends string>(
  words: readonly W[],
  told: Omit<Told<undefined>, "initial">,
): Setting<W | undefined> {
  return one({ placeholder: words.join("|"), initial: undefined, ...told }, words_(words));
}

/** On or off; off where nothing is said. */
export function onOff(told: Omit<Told<boolean>, "initial">): Setting<boolean> {
  return {
    ...told,
    form: "switch",
    placeholder: "",
    schema: z.boolean("must be true or false"),
    fromTexts: ([word]) => (word === "true" || word === "1" ? true : word === "false" || word === "0" ? false : word),
    initial: false,
    initialText: undefined,
  };
}

/** A number above 0. */
export function positive(told: Told<number>): Setting<number> {
  return { ...one({ placeholder: "NUMBER", ...told }, aboveZero), fromTexts: ([word]) => toNumber(word) };
}

/** HOST:PORT to listen on. */
export function address<T extends Address | undefined>(told: Told<T>): Setting<Address | T> {
  return one({ placeholder: "HOST:PORT", ...told }, parsedBy(parseAddress));
}

/** A time such as `90s`, in milliseconds. */
export function duration(told: Told<number>): Setting<number> {
  return one({ placeholder: "TIME", ...told }, parsedBy(parseDuration));
}

/** A size such as `128Mi`, in bytes. */
export function bytes(told: Told<number>): Setting<number> {
  return one({ placeholder: "SIZE", ...told }, parsedBy(parseSize));
}

/** A list of texts. */
export function list(told: Omit<Told<readonly string[]>, "initial">): Setting<readonly string[]> {
  return {
    placeholder: "TEXT",
    ...told,
    form: "list",
    schema: z.array(z.string("must be a text").min(1, "must not be empty"), "must be a list"),
    fromTexts: (texts) => texts,
    initial: [],
    initialText: undefined,
  };
}

type MapTold = Omit<Told<unknown>, "initial">;

/** Texts by name: `NAME=TEXT` on the command line; in the file a map, or a list of those. */
export function texts(told: MapTold): Setting<ReadonlyMap<string, string>> {
  return mapOf(told, z.string("must be a text").min(1, "must not be empty"), (word) => word);
}

/** Numbers above 0 by name. */
export function positives(told: MapTold): Setting<ReadonlyMap<string, number>> {
  return mapOf(told, aboveZero, toNumber);
}

/** One of some words by name. */
export function choices<const W extends string>(words: readonly W[], told: MapTold): Setting<ReadonlyMap<string, W>> {
  return mapOf(told, words_(words), (word) => word);
}

const aboveZero = z.number("must be a number").positive("must be greater than 0");

function words_<const W extends string>(words: readonly W[]) {
  return z.enum(words, `must be one of ${words.join(", ")}`);
}

function one<T, I>(told: Told<I> & { readonly placeholder: string }, schema: z.ZodType<T>): Setting<T | I> {
  const initialText = told.initialText ?? (told.initial === undefined ? undefined : String(told.initial));
  return { ...told, form: "value", schema, fromTexts: first, initialText };
}

function mapOf<T>(
  told: MapTold,
  value: z.ZodType<T>,
  fromText: (word: string) => unknown,
): Setting<ReadonlyMap<string, T>> {
  return {
    placeholder: "NAME=TEXT",
    ...told,
    form: "list",
    schema: z
      .preprocess(
        (raw) => (Array.isArray(raw) ? entriesOf(raw, fromText) : raw),
        z.record(z.string(), value, `must be a map or a list of ${told.placeholder ?? "NAME=TEXT"}`),
      )
      .transform((record) => new Map(Object.entries(record))),
    fromTexts: (texts) => texts,
    initial: new Map(),
    initialText: undefined,
  };
}

// what is no NAME=TEXT stays as it is, for the schema to refuse
function entriesOf(items: readonly unknown[], fromText: (word: string) => unknown): unknown {
  const pairs = items.map((item) => (typeof item === "string" ? /^([^=]+)=(.*)$/s.exec(item) : null));
  const names = new Set(pairs.map((pair) => pair?.[1]));
  if (names.has(undefined) || names.size < items.length) return items;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], fromText(pair?.[2] ?? "")]));
}

function toNumber(word: string | undefined): unknown {
  return word !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : word;
}

function parseSize(raw: unknown): number {
  const size = Number(parseQuantity(raw));
  // node counts the bytes of a body in a number, and holds it in one buffer
  if (size <= 0 || size > 2 ** 32) throw new Error("must be above 0 and at most 4Gi");
  return size;
}

/** Schema of a value that a function reads; what that throws is the complaint. */
function parsedBy<T>(parse: (raw: unknown) => T): z.ZodType<T> {
  return z.unknown().transform((raw, context) => {
    try {
      return parse(raw);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
}
