import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Catalogue, ClaimFacts, PodFacts, PodVolume, StorageClassFacts } from "../../src/capacity/demand.ts";
import { demandFromAnnotations, demandOf, effectiveDemand } from "../../src/capacity/demand.ts";
import { currentNames, legacyNames } from "../../src/capacity/names.ts";
import { maxQuantity } from "../../src/capacity/quantity.ts";

const gi = 1n << 30n;
const deviceClass = currentNames.deviceClassParameter;

const classes: StorageClassFacts[] = [
  { name: "fast", provisioner: "topolvm.io", parameters: { [deviceClass]: "ssd" }, isDefault: false },
  { name: "slow", provisioner: "topolvm.io", parameters: { [deviceClass]: "hdd" }, isDefault: false },
  { name: "plain", provisioner: "topolvm.io", parameters: {}, isDefault: true },
  { name: "empty", provisioner: "topolvm.io", parameters: { [deviceClass]: "" }, isDefault: false },
  { name: "foreign", provisioner: "ebs.csi.aws.com", parameters: { [deviceClass]: "ssd" }, isDefault: false },
];

function claimOf(name: string, storageClass: string | undefined, requestBytes?: bigint, bound = false): ClaimFacts {
  return { namespace: "shop", name, storageClass, requestBytes, bound };
}

function catalogueOf(claims: ClaimFacts[]): Catalogue {
  return {
    claim: (namespace, name) => claims.find((claim) => claim.namespace === namespace && claim.name === name),
    storageClass: (name) => classes.find((one) => (name === undefined ? one.isDefault : one.name === name)),
  };
}

function podOf(...volumes: (string | PodVolume)[]): PodFacts {
  const all = volumes.map((one) => (typeof one === "string" ? { claimName: one, template: undefined } : one));
  return { namespace: "shop", name: "db-0", annotations: {}, volumes: all };
}

function unbound(pod: PodFacts, claims: ClaimFacts[]) {
  return Object.fromEntries(demandOf(pod, catalogueOf(claims), currentNames).unbound);
}

describe("demand of a pod", () => {
  test("is nothing without volumes", () => assert.deepEqual(unbound(podOf(), []), {}));

  test("sums unbound claims by device class", () => {
    const claims = [claimOf("a", "fast", 2n * gi), claimOf("b", "fast", 3n * gi), claimOf("c", "slow", 7n * gi)];
    assert.deepEqual(unbound(podOf("a", "b", "c"), claims), { ssd: 5n * gi, hdd: 7n * gi });
  });

  test("takes a claim without a size, with none or a negative one, as 1 GiB", () => {
    for (const size of [undefined, 0n, -5n])
      assert.deepEqual(unbound(podOf("a"), [claimOf("a", "fast", size)]), { ssd: gi });
  });

  test("takes the size exactly", () => assert.deepEqual(unbound(podOf("a"), [claimOf("a", "fast", 7n)]), { ssd: 7n }));

  test("writes an absent and an empty device class as the default one", () => {
    const claims = [claimOf("a", "plain", 1n), claimOf("b", "empty", 2n)];
    assert.deepEqual(unbound(podOf("a", "b"), claims), { "00default": 3n });
  });

  test("finds the cluster's default StorageClass for a claim that names none", () => {
    assert.deepEqual(unbound(podOf("a"), [claimOf("a", undefined, 4n)]), { "00default": 4n });
  });

  test("leaves out claims without a class, of a foreign driver, and of other namespaces", () => {
    const elsewhere = { ...claimOf("c", "fast", 1n), namespace: "other" };
    assert.deepEqual(unbound(podOf("a", "b", "c"), [claimOf("a", "", 1n), claimOf("b", "foreign", 1n), elsewhere]), {});
  });

  test("counts a claim once that is mounted twice", () => {
    assert.deepEqual(unbound(podOf("a", "a"), [claimOf("a", "fast", 5n)]), { ssd: 5n });
  });

  test("counts only the unbound ones where some are bound, and tells the bound ones apart", () => {
    const demand = demandOf(
      podOf("a", "b"),
      catalogueOf([claimOf("a", "fast", 5n, true), claimOf("b", "fast", 6n)]),
      currentNames,
    );
    assert.deepEqual([...demand.unbound], [["ssd", 6n]]);
    assert.deepEqual([...demand.bound], [["ssd", 5n]]);
  });

  test("caps a sum where an int64 ends", () => {
    assert.deepEqual(unbound(podOf("a", "b"), [claimOf("a", "fast", maxQuantity), claimOf("b", "fast", 1n)]), {
      ssd: maxQuantity,
    });
  });

  test("counts a generic ephemeral volume from its template, and from its claim once that exists", () => {
    const template = claimOf("data", "fast", 9n);
    const unnamed = podOf({ claimName: undefined, template });
    assert.deepEqual(unbound(unnamed, []), { ssd: 9n });
    const named = podOf({ claimName: "db-0-data", template });
    assert.deepEqual(unbound(named, []), { ssd: 9n });
    assert.deepEqual(unbound(named, [claimOf("db-0-data", "fast", 9n, true)]), {});
  });

  test("names the claims and StorageClasses that are missing", () => {
    const demand = demandOf(podOf("gone", "a"), catalogueOf([claimOf("a", "typo", 1n)]), currentNames);
    assert.deepEqual(demand.missingClaims, ["gone"]);
    assert.deepEqual(demand.missingStorageClasses, ["typo"]);
  });

  test("is of the other driver's claims under the legacy names", () => {
    assert.deepEqual([...demandOf(podOf("a"), catalogueOf([claimOf("a", "fast", 1n)]), legacyNames).unbound], []);
  });

  test("does not depend on the order of the volumes, and sums exactly", () => {
    const claim = fc.record({
      storageClass: fc.constantFrom("fast", "slow", "plain", "foreign"),
      size: fc.bigInt(1n, 2n ** 50n),
    });
    const property = fc.property(fc.array(claim, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (list, keys) => {
      const claims = list.map((one, index) => claimOf(`c${index}`, one.storageClass, one.size));
      const shuffled = claims.map((one) => ({ one, key: keys.next().value ?? 0 })).sort((x, y) => x.key - y.key);
      const there = demandOf(podOf(...claims.map((one) => one.name)), catalogueOf(claims), currentNames).unbound;
      const back = demandOf(podOf(...shuffled.map(({ one }) => one.name)), catalogueOf(claims), currentNames).unbound;
      assert.deepEqual(Object.fromEntries(there), Object.fromEntries(back));
      const total = claims
        .filter((one) => one.storageClass !== "foreign")
        .reduce((sum, one) => sum + (one.requestBytes ?? 0n), 0n);
      assert.equal(
        [...there.values()].reduce((sum, bytes) => sum + bytes, 0n),
        total,
      );
    });
    fc.assert(property);
  });
});

describe("a pod's capacity annotations", () => {
  const read = (annotations: Record<string, unknown>) => demandFromAnnotations(annotations, currentNames);

  test("give the demand by class", () => {
    const { demand, classes: named } = read({
      "capacity.topolvm.io/ssd": "5",
      "capacity.topolvm.io/00default": "7",
      other: "9",
    });
    assert.deepEqual(Object.fromEntries(demand), { ssd: 5n, "00default": 7n });
    assert.deepEqual(named, ["ssd", "00default"]);
  });

  test("that are no int64 are left out of the demand, yet their class is named", () => {
    for (const value of ["", "x", "1.5", "1e3", "5Gi", "9223372036854775808", " 1", null, 5, {}, "9".repeat(10_000)]) {
      const { demand, classes: named } = read({ "capacity.topolvm.io/ssd": value });
      assert.deepEqual([...demand], [], JSON.stringify(value));
      assert.deepEqual(named, ["ssd"]);
    }
  });

  test("that are negative ask for more than any node has", () => {
    assert.ok((read({ "capacity.topolvm.io/ssd": "-1" }).demand.get("ssd") ?? 0n) > maxQuantity);
  });
});

describe("effective demand", () => {
  const seen = (claims: ClaimFacts[]) =>
    demandOf(podOf(...claims.map((one) => one.name)), catalogueOf(claims), currentNames);
  const effective = (annotated: Record<string, bigint>, claims: ClaimFacts[]) =>
    Object.fromEntries(effectiveDemand(new Map(Object.entries(annotated)), seen(claims)));

  test("is the annotations where nothing else is known", () =>
    assert.deepEqual(effective({ ssd: 5n }, []), { ssd: 5n }));

  test("is the claims where there are no annotations", () => {
    assert.deepEqual(effective({}, [claimOf("a", "fast", 5n)]), { ssd: 5n });
  });

  test("does not fall below the claims: one was made after admission", () => {
    assert.deepEqual(effective({ ssd: 5n }, [claimOf("a", "fast", 5n), claimOf("b", "fast", 6n)]), { ssd: 11n });
  });

  test("is less what has been bound since admission", () => {
    assert.deepEqual(effective({ ssd: 11n }, [claimOf("a", "fast", 5n, true), claimOf("b", "fast", 6n)]), { ssd: 6n });
    assert.deepEqual(effective({ ssd: 5n }, [claimOf("a", "fast", 5n, true)]), {});
  });

  test("keeps a class that is annotated with nothing", () => assert.deepEqual(effective({ ssd: 0n }, []), { ssd: 0n }));

  test("is never less than what is unbound", () => {
    const claim = fc.record({ size: fc.bigInt(1n, 100n), bound: fc.boolean() });
    const property = fc.property(fc.bigInt(0n, 1000n), fc.array(claim, { maxLength: 6 }), (annotated, list) => {
      const claims = list.map((one, index) => claimOf(`c${index}`, "fast", one.size, one.bound));
      const open = claims.filter((one) => !one.bound).reduce((sum, one) => sum + (one.requestBytes ?? 0n), 0n);
      assert.ok((effectiveDemand(new Map([["ssd", annotated]]), seen(claims)).get("ssd") ?? 0n) >= open);
    });
    fc.assert(property);
  });
});
