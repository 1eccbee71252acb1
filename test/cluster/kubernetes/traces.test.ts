import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { openView } from "../kubernetes-view.ts";

test("while something is waited for, an API server that does not answer is one that cannot be followed, whatever its watches say", async (t) => {
  const { api, view, close } = await openView({ withTraces: true });
  t.after(close);
  const { traces = assert.fail() } = view;
  await traces.whenSynced();
  await eventually("all is followed", () => traces.isFollowing());
  const held: ServerResponse[] = [];
  api.intercept = ({ url }, response) => url === "/api/v1/persistentvolumeclaims?limit=1" && held.push(response) > 0;
  let isWaiting = false;
  const ignored = () => undefined;
  traces.listen({ node: ignored, claim: ignored, volume: ignored, classes: ignored, isWaiting: () => isWaiting });
  isWaiting = true;
  await eventually("it is slow", () => !traces.isFollowing());
  assert.equal(api.openWatches, 4);
  isWaiting = false;
  for (const response of held) response.end("{}");
  await eventually("all is followed again", () => traces.isFollowing());
});
