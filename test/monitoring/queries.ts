import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A panel of a Grafana dashboard, as far as tests look at it. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
}

/** A Grafana dashboard, as far as tests look at it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}

const folder = fileURLToPath(new URL("../../deploy/monitoring/dashboards", import.meta.url));

/** The dashboards that we ship, by file. */
export const dashboards: ReadonlyMap<string, Dashboard> = new Map(
  readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8")) as Dashboard]),
);

/** The queries of a dashboard as they stand in it. */
export function queriesOf({ panels }: Dashboard): string[] {
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** A query as Grafana sends it, with its variables filled in. */
export function filled(expr: string): string {
  return expr.replaceAll("$__rate_interval", "2m").replaceAll(/\$(node|device_class)/g, ".*");
}

/** Names of our metrics that a query looks at, as they are scraped. */
export function metricsIn(expr: string): string[] {
  return expr.match(/\b(?:nativestor|topolvm)_[a-z_]+/g) ?? [];
}
