import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { ownersEnvironment, survivors } from "../../src/lvmd/lvm/run/survivors.ts";
import { scratch } from "./serving.ts";

test("what a former owner of a journal started is found until it ends, what the present one started is not", async (t) => {
  const folder = await scratch(t);
  const [former, present] = [
    { folder, id: "former" },
    { folder, id: "present" },
  ];
  const child = spawn("cat", { env: { PATH: process.env.PATH, ...ownersEnvironment(former) } });
  await once(child, "spawn");
  child.stdin.write("x");
  await once(child.stdout, "data");
  assert.deepEqual(await survivors(present), [child.pid]);
  assert.deepEqual(await survivors(former), []);
  assert.deepEqual(await survivors({ ...present, folder: `${folder}/other` }), []);
  child.stdin.end();
  await once(child, "close");
  assert.deepEqual(await survivors(present), []);
});
