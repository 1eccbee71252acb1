import assert from "node:assert/strict";
import test from "node:test";
import { run } from "../../src/cli/main.ts";
import { recordedSurroundings } from "./support.ts";

async function nativestor(...args: string[]) {
  const { surroundings, output, printed, complaints } = recordedSurroundings();
  const status = await run(args, surroundings, output);
  return { status, out: printed(), err: complaints() };
}

test("--help lists the roles", async () => {
  const { status, out } = await nativestor("--help");
  assert.match(out, /Usage: nativestor ROLE \[flags\][\s\S]*\bcerts\b.*authority/);
  assert.equal(status, 0);
});

test("--version prints the version alone", async () => {
  assert.deepEqual(await nativestor("--version"), { status: 0, out: "0.1.0\n", err: "" });
});

test("the help of a role shows each flag with its default and its variable", async () => {
  const { status, out } = await nativestor("certs", "--help");
  assert.match(
    out.replace(/\s+/g, " "),
    /--cert-dir <DIR> folder to put them in \(default certs; NATIVESTOR_CERT_DIR\)/,
  );
  assert.equal(status, 0);
});

test("without a role the help is printed as a complaint", async () => {
  const { status, out, err } = await nativestor();
  assert.deepEqual([status, out, /Usage: nativestor ROLE/.test(err)], [2, "", true]);
});

for (const [args, complaint] of [
  [["cert"], /unknown command 'cert'\n\(Did you mean certs\?\)/],
  [["xyzzy"], /unknown command 'xyzzy'[\s\S]*`nativestor --help` lists the roles/],
  [["certs", "--cert-dri", "x"], /unknown option '--cert-dri'\n\(Did you mean --cert-dir\?\)/],
  [["certs", "--frobnicate"], /unknown option '--frobnicate'[\s\S]*`nativestor certs --help` lists the flags/],
  [["certs", "extra"], /too many arguments/],
  [["certs", "--cert-dir"], /option '--cert-dir <DIR>' argument missing/],
  [["certs", "--host", "a b"], /nativestor certs: "a b" is no host/],
  [["certs", "--log-level", "loud"], /nativestor certs: --log-level must be one of trace, .* not "loud"/],
] as const)
  test(`nativestor ${args.join(" ")} is wrong use`, async () => {
    const { status, err } = await nativestor(...args);
    assert.match(err, complaint);
    assert.equal(status, 2);
  });

test("what fails is said in one line", async () => {
  const { status, err } = await nativestor("certs", "--cert-dir", "/dev/null/x");
  assert.match(err, /^nativestor certs: .*\/dev\/null\/x[^\n]*\n$/);
  assert.equal(status, 1);
});
