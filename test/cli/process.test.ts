import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import test from "node:test";
import { guardProcess, stopOnSignals } from "../../src/cli/process.ts";

// a process that remembers how it ended
function fakeProcess() {
  const exits: number[] = [];
  const written: string[] = [];
  const stream = () => Object.assign(new EventEmitter(), { write: (text: string) => written.push(text) });
  const emitter = Object.assign(new EventEmitter(), {
    exit: (status: number) => exits.push(status),
    stdout: stream(),
    stderr: stream(),
  });
  return { process: emitter as unknown as Parameters<typeof guardProcess>[0] & EventEmitter, exits, written };
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
  test(`${signal} stops in good order`, () => {
    const { process, exits } = fakeProcess();
    const stop = stopOnSignals(process);
    process.emit(signal);
    assert.deepEqual([stop.aborted, exits], [true, []]);
  });

test("a second signal ends the process at once", () => {
  const { process, exits } = fakeProcess();
  stopOnSignals(process);
  process.emit("SIGTERM");
  process.emit("SIGINT");
  assert.deepEqual(exits, [130]);
});

for (const event of ["uncaughtException", "unhandledRejection"])
  test(`an ${event} is written down and ends the process with 1`, () => {
    const { process, exits, written } = fakeProcess();
    guardProcess(process);
    process.emit(event, new Error("boom"));
    assert.deepEqual([exits, /boom[\s\S]*process\.test\.ts/.test(written.join(""))], [[1], true]);
  });

test("a reader that goes away does not end the process", () => {
  const { process, exits } = fakeProcess();
  guardProcess(process);
  process.stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  assert.deepEqual(exits, []);
});
