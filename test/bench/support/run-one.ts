// The process of one bench: says on its channel how far it is and what it has seen.
import type { Bench, Picture } from "./bench.ts";
import { conditions } from "./machine.ts";
import { renderSection } from "./render.ts";

/** What the process of a bench tells. */
export type Told =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "section"; readonly text: string; readonly pictures: readonly Picture[] };

const tell = (told: Told) => void process.send?.(told);

const { bench } = (await import(process.argv[2] ?? "")) as { bench: Bench };
const before = conditions(Date.now());
const findings = await bench.run((text) => tell({ kind: "progress", text }));
tell({ kind: "section", text: renderSection(bench, findings, before), pictures: findings.pictures ?? [] });
process.disconnect();
