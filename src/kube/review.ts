import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { KubeAccess } from "./access.ts";

/** What the API server says of somebody who wants to read a path; `status` as HTTP has it. */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly status: 401 | 403; readonly reason: string };

/** Asks the API server about bearer tokens (TokenReview) and what their users may do (SubjectAccessReview, nonResourceURLs). */
export interface Reviewer {
  /**
   * Whether the token's user may GET the path.
   * @throws KubeError where the API server does not answer
   * @throws NativestorError `unavailable` where too many are asked about at once
   */
  review(token: string, path: string): Promise<Verdict>;
}

const limitMs = 5_000;
/** For how long an answer counts: kube-rbac-proxy's habit of minutes, shortened, since scrapers come every half minute. */
const rememberMs = 60_000;
/** Tokens that are invented one after the other must not become a flood at the API server. */
const mostAtOnce = 8;
const mostRemembered = 256;

export function createReviewer(access: KubeAccess, clock: Clock): Reviewer {
  const known = new LRUCache<string, { readonly verdict: Promise<Verdict>; readonly untilMs: number }>({
    max: mostRemembered,
  });
  let running = 0;

  async function ask(token: string, path: string): Promise<Verdict> {
    if (running >= mostAtOnce)
      throw new NativestorError("unavailable", "too many tokens are being looked at: ask again");
    running += 1;
    try {
      return await reviewAnew(access, token, path);
    } finally {
      running -= 1;
    }
  }

  return {
    review: (token, path) => {
      // tokens are not kept
      const key = `${path} ${createHash("sha256").update(token).digest("base64")}`;
      const before = known.get(key);
      if (before !== undefined && clock.monotonic() < before.untilMs) return before.verdict;
      const verdict = ask(token, path);
      known.set(key, { verdict, untilMs: clock.monotonic() + rememberMs });
      // a question that failed is no answer
      verdict.catch(() => known.delete(key));
      return verdict;
    },
  };
}

interface User {
  readonly username?: unknown;
  readonly uid?: unknown;
  readonly groups?: unknown;
  readonly extra?: unknown;
}

async function reviewAnew(access: KubeAccess, token: string, path: string): Promise<Verdict> {
  const reviewed = await create(access, "authentication.k8s.io/v1", "TokenReview", { token });
  const { authenticated, user } = (reviewed ?? {}) as { authenticated?: unknown; user?: User | null };
  if (authenticated !== true || user === undefined || user === null)
    return { allowed: false, status: 401, reason: "the API server does not know this token" };
  const { username, uid, groups, extra } = user;
  const spec = { user: username, uid, groups, extra, nonResourceAttributes: { path, verb: "get" } };
  const status = await create(access, "authorization.k8s.io/v1", "SubjectAccessReview", spec);
  const { allowed } = (status ?? {}) as { allowed?: unknown };
  if (allowed === true) return { allowed: true };
  return { allowed: false, status: 403, reason: `${String(username)} may not get the nonResourceURL ${path}` };
}

async function create(access: KubeAccess, apiVersion: string, kind: string, spec: object): Promise<unknown> {
  const body = { apiVersion, kind, spec };
  const answer = await access.request(`/apis/${apiVersion}/${kind.toLowerCase()}s`, { method: "POST", body, limitMs });
  return (answer as { status?: unknown } | null)?.status;
}
