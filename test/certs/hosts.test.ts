import assert from "node:assert/strict";
import { isIP } from "node:net";
import test from "node:test";
import fc from "fast-check";
import { addressBytes, normaliseHost } from "../../src/certs/hosts.ts";

for (const [written, normal] of [
  ["Example.COM", "example.com"],
  ["nativestor.nativestor-system.svc", "nativestor.nativestor-system.svc"],
  ["*.example.com", "*.example.com"],
  ["10.0.0.1", "10.0.0.1"],
  ["[::1]", "::1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
] as const)
  test(`host ${written} is written ${normal}`, () => {
    assert.equal(normaliseHost(written), normal);
  });

for (const wrong of [
  "",
  "a b",
  "localhost:9443",
  "https://x",
  "a..b",
  "-a",
  "a.*.b",
  "x".repeat(64),
  "fe80::1%eth0",
  "ü.de",
])
  test(`${JSON.stringify(wrong)} is no host`, () => {
    assert.throws(() => normaliseHost(wrong), { code: "invalid-argument", message: /is no host: write a DNS name/ });
  });

test("an IPv4 address is its four bytes", () => {
  assert.deepEqual([...addressBytes("192.168.0.255")], [192, 168, 0, 255]);
});

test("an embedded IPv4 address is the last four of sixteen bytes", () => {
  assert.equal(addressBytes("::ffff:1.2.3.4").toString("hex"), "00000000000000000000ffff01020304");
});

test("the bytes of any IPv6 address, written out again, are the same address", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      fc.pre(isIP(address) === 6);
      const hex = addressBytes(normaliseHost(address)).toString("hex");
      assert.equal(hex.length, 32);
      assert.equal(normaliseHost(hex.replace(/(.{4})(?!$)/g, "$1:")), normaliseHost(address));
    }),
  );
});
