import type { ControlPlane } from "./control-plane.ts";
import { renderChart } from "./helm.ts";

/** Applies what the chart adds where metrics are protected, and monitors read them: rights, and whose token they show. */
export async function deployProtection(plane: ControlPlane): Promise<void> {
  const rendered = renderChart({ metrics: { protected: true }, monitoring: { monitors: { enabled: true } } });
  const wanted = /^ {2}name: nativestor-(token-review|metrics-reader|metrics)$/m;
  const objects = rendered.split(/^---$/m).filter((text) => wanted.test(text));
  const { status, stderr } = await plane.kubectl(["apply", "--server-side", "-f", "-"], objects.join("---\n"));
  if (status !== 0) throw new Error(stderr);
}

interface TokenSecret {
  readonly data?: { readonly token?: string };
}

/** The token that monitors show: the one in the Secret that they name. */
export async function monitorsToken(plane: ControlPlane): Promise<string | undefined> {
  const { data } = await plane.api.get<TokenSecret>("/api/v1/namespaces/nativestor-system/secrets/nativestor-metrics");
  return data?.token && Buffer.from(data.token, "base64").toString();
}
