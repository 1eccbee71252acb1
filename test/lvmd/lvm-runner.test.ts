import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { documentReader } from "../../src/lvmd/lvm/run/lines.ts";
import { createRunner } from "../../src/lvmd/lvm/run/runner.ts";
import { fitsShell } from "../../src/lvmd/lvm/run/shell.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { answer, emptyLog, type FakeLvm, fakeLvm } from "./fake-lvm.ts";

const print = (text: string) => `cat <<'END'\n${text}\nEND\n`;
const lastlog = `if [ "$line" = lastlog ]; then\n${print(emptyLog)}continue\nfi\n`;

function runnerOf(fake: FakeLvm, options: { shell?: boolean; readLimitMs?: number } = {}) {
  return createRunner({
    command: fake.command,
    clock: systemClock,
    log: silentLogger,
    shell: true,
    readLimitMs: 30_000,
    ...options,
  });
}

test("commands go through one kept shell", async () => {
  await using fake = await fakeLvm({ shell: lastlog + print(answer(1)), single: "exit 9" });
  const runner = runnerOf(fake);
  assert.equal((await runner.change(["lvcreate", "-n", "a"])).status, 0);
  assert.equal((await runner.read(["fullreport"])).status, 0);
  await runner.close();
  assert.deepEqual(await fake.calls(), ["shell: lastlog", "shell: lvcreate -n a", "shell: fullreport"]);
});

test("a failure in the shell has the status of a single command, and lvm's words", async () => {
  const errors = `  {\n      "log": [\n          {"log_type":"print", "log_message":"Rounding"},\n          {"log_type":"error", "log_message":"no room"}\n      ]\n  }`;
  const shell = `case "$line" in lastlog)\nif [ -n "$once" ]; then\n${print(errors)}else\nonce=1\n${print(emptyLog)}fi\n;; *)\n${print(answer(5))};; esac\n`;
  await using fake = await fakeLvm({ shell, single: "exit 9" });
  const runner = runnerOf(fake);
  assert.deepEqual(await runner.change(["lvcreate"]), { status: 5, messages: ["no room"], document: undefined });
  await runner.close();
});

test("a shell that is no shell leaves the work to single commands", async () => {
  await using fake = await fakeLvm({ shell: "echo what?; exit 3", single: "echo no room >&2; exit 5" });
  const runner = runnerOf(fake);
  assert.deepEqual(await runner.change(["lvcreate"]), { status: 5, messages: ["no room"], document: undefined });
  await runner.change(["lvremove"]);
  await runner.close();
  assert.deepEqual(await fake.calls(), ["shell: lastlog", "lvcreate", "lvremove"]);
});

test("a shell that dies in a change leaves its outcome unknown, and single commands go on", async () => {
  await using fake = await fakeLvm({ shell: `${lastlog}kill -9 $$`, single: "exit 0" });
  const runner = runnerOf(fake, { shell: true });
  const outcome = await runner.change(["lvcreate"]);
  assert.equal(outcome.status, undefined);
  assert.match(outcome.messages.join(), /SIGKILL/);
  await runner.close();
});

test("a shell that dies in a report is left and the report asked for again", async () => {
  const report = `  {\n      "report": [\n          {}\n      ]\n  }`;
  await using fake = await fakeLvm({ shell: `${lastlog}kill -9 $$`, single: print(report) });
  const runner = runnerOf(fake);
  assert.deepEqual((await runner.read(["fullreport"])).document, { report: [{}] });
  await runner.close();
});

test("a shell whose answer is broken leaves the outcome of a change unknown", async () => {
  await using fake = await fakeLvm({ shell: lastlog + print('  {\n      "log": [,\n  }'), single: "exit 0" });
  const runner = runnerOf(fake);
  assert.equal((await runner.change(["lvcreate"])).status, undefined);
  await runner.close();
});

for (const shell of [true, false])
  test(`a report that hangs is given up, ${shell ? "in a shell" : "as a single command"}`, async () => {
    await using fake = await fakeLvm({ shell: `${lastlog}sleep 60`, single: "sleep 60" });
    const runner = runnerOf(fake, { shell, readLimitMs: 300 });
    await assert.rejects(runner.read(["fullreport"]), { code: "deadline-exceeded" });
    await runner.close();
  });

test("a change is waited for beyond the limit of reports", async () => {
  await using fake = await fakeLvm({ shell: `${lastlog}sleep 0.5\n${print(answer(1))}`, single: "exit 9" });
  const runner = runnerOf(fake, { readLimitMs: 50 });
  assert.equal((await runner.change(["lvcreate"])).status, 0);
  await runner.close();
});

for (const shell of [true, false])
  test(`what a change leaves running is neither waited for nor killed, ${shell ? "in a shell" : "as a single command"}`, async () => {
    // it has the pipes of whoever started it, and says something when those are gone
    const left = 'sh -c \'echo $$ >"$0.pid"; exec sleep 60\' "$0" &';
    await using fake = await fakeLvm({
      shell: `${lastlog}${left}\n${print(answer(1))}`,
      single: `${left}\necho done >&2`,
    });
    const runner = runnerOf(fake, { shell });
    const outcome = await runner.change(["lvcreate"]);
    assert.equal(outcome.status, 0);
    await runner.close();
    const pid = Number(await readFile(`${fake.command.file}.pid`, "utf8"));
    assert.ok(process.kill(pid, 0));
    process.kill(pid, "SIGKILL");
  });

test("closing waits for the change that runs", async () => {
  await using fake = await fakeLvm({ shell: `${lastlog}sleep 0.3\n${print(answer(1))}`, single: "exit 9" });
  const runner = runnerOf(fake);
  let status: number | undefined;
  const change = runner.change(["lvcreate"]).then((outcome) => (status = outcome.status));
  await runner.close();
  assert.equal(status, 0);
  await change;
});

test("a report that is garbage is refused with what was seen", async () => {
  await using fake = await fakeLvm({ shell: "exit", single: "echo oops" });
  const runner = runnerOf(fake);
  await assert.rejects(runner.read(["fullreport"]), { code: "internal", message: /no report but "oops/ });
  await runner.close();
});

test("a program that does not exist is unavailable to reports and unknown to changes", async () => {
  await using fake = await fakeLvm({ shell: "", single: "" });
  const runner = createRunner({
    command: { ...fake.command, file: "/nowhere/lvm" },
    clock: systemClock,
    log: silentLogger,
    shell: true,
    readLimitMs: 1000,
  });
  await assert.rejects(runner.read(["fullreport"]), { code: "unavailable", message: /could not run/ });
  assert.equal((await runner.change(["lvcreate"])).status, undefined);
  await runner.close();
});

test("words that a shell would take apart go to a single command", async () => {
  assert.equal(fitsShell(["lvcreate", "--addtag", "a=b", "-S", "lv_uuid=x&&lv_role!=y"]), true);
  for (const word of ["a b", "#tag", "'a'", '"a"', "a\nb", "a\\b", ""])
    assert.equal(fitsShell(["lvcreate", word]), false);
  assert.equal(fitsShell(Array.from({ length: 60 }, () => "a")), false);
  await using fake = await fakeLvm({ shell: lastlog + print(answer(1)), single: "exit 0" });
  const runner = runnerOf(fake);
  await runner.change(["lvcreate", "--addtag", "#tag"]);
  await runner.close();
  assert.deepEqual(await fake.calls(), ["lvcreate --addtag #tag"]);
});

test("a choice of devices goes to a single command, as a shell would end at the next one", async () => {
  await using fake = await fakeLvm({ shell: lastlog + print(answer(1)), single: "exit 0" });
  const runner = runnerOf({ ...fake, command: { ...fake.command, overrides: ["--devices", "/dev/sdb"] } });
  await runner.change(["lvcreate"]);
  await runner.change(["lvremove"]);
  await runner.close();
  assert.deepEqual(await fake.calls(), ["lvcreate --devices /dev/sdb", "lvremove --devices /dev/sdb"]);
});

test("documents are found between prompts and other words, however the output is cut", () => {
  const output = `lvm> lvs\n  WARNING: x\n  {\n      "log": [\n      ]\n  }\nlvm>   {\n  {\n  }\n`;
  for (const size of [1, 3, 7, 1000]) {
    const documents: string[] = [];
    const stray: string[] = [];
    const take = documentReader(
      (text) => documents.push(text),
      (line) => stray.push(line),
    );
    for (let at = 0; at < output.length; at += size) take(output.slice(at, at + size));
    assert.deepEqual(documents, [`  {\n      "log": [\n      ]\n  }`, "  {\n  }"]);
    assert.deepEqual(stray, ["lvm> lvs", "  WARNING: x", "lvm>   {"]);
  }
});

test("a shell that does not answer a change is told that nothing follows, and its end is the answer", async () => {
  await using fake = await fakeLvm({ shell: `${lastlog}echo what?\n`, single: "exit 0" });
  const clock = turnedClock();
  const runner = createRunner({ command: fake.command, clock, log: silentLogger, shell: true, readLimitMs: 30_000 });
  const change = runner.change(["lvcreate"]);
  // not before the shell has the command
  while (!(await fake.calls()).includes("shell: lvcreate")) await new Promise(setImmediate);
  clock.turn(60_000);
  assert.equal((await change).status, undefined);
  await runner.close();
});
