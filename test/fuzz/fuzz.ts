import { post } from "../support/https-client.ts";
import { startTestService } from "../support/service.ts";
import { faultOf } from "./judge.ts";
import { mutate } from "./mutate.ts";
import { seededRandom } from "./random.ts";
import { fuzzView, seeds } from "./seeds.ts";

/** A request that was answered wrong, as it can be sent again. */
export interface Finding {
  readonly path: string;
  readonly sent: string;
  readonly fault: string;
}

export interface FuzzReport {
  readonly sent: number;
  /** Answers by path and status. */
  readonly answers: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  /** The service still answers as it did before. */
  readonly isWell: boolean;
}

/** Enough to see what is wrong. */
const maxFindings = 20;
const senders = 16;

/** Sends `count` random mutations of real requests to the service over HTTPS; the same seed sends the same ones. */
export async function fuzz(count: number, seed: number): Promise<FuzzReport> {
  const view = fuzzView();
  const service = await startTestService(view, 1 << 20);
  const random = seededRandom(seed);
  const answers = new Map<string, number>();
  const findings: Finding[] = [];
  let sent = 0;

  async function send(): Promise<void> {
    while (sent < count && findings.length < maxFindings) {
      sent += 1;
      const { path, body } = random.pick(seeds);
      const mutated = mutate(body, random);
      try {
        const answer = await post(path, mutated, service.connection);
        answers.set(`${path} ${answer.status}`, (answers.get(`${path} ${answer.status}`) ?? 0) + 1);
        const fault = faultOf(path, mutated, answer, view);
        if (fault !== undefined) findings.push({ path, sent: mutated.toString("utf8"), fault });
      } catch (error) {
        findings.push({ path, sent: mutated.toString("utf8"), fault: `no answer: ${String(error)}` });
      }
    }
  }

  try {
    await Promise.all(Array.from({ length: senders }, send));
    return { sent, answers, findings, isWell: await isWell(service.connection) };
  } finally {
    await service.stop();
  }
}

async function isWell(connection: Parameters<typeof post>[2]): Promise<boolean> {
  const [first] = seeds;
  const answer = await post(first!.path, first!.body, connection);
  const { nodenames } = answer.json() as { nodenames?: unknown };
  // nothing that was sent may have left its mark on what all objects share
  const isClean = !("polluted" in Object.prototype);
  return answer.status === 200 && JSON.stringify(nodenames) === '["node-a"]' && isClean;
}
