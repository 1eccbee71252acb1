import { before } from "node:test";
import { storageContract } from "../../lvmd/storage-contract.ts";
import { thinPool } from "../../lvmd/samples.ts";
import { hostClass, makeGroup, openHost, sh } from "./host.ts";

before(() => {
  makeGroup("vg", "bc");
  makeGroup("other", "d");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "512m", "-n", "pool", "vg");
});

const thick = hostClass("thick");
const thin = hostClass("thin", { thinPool: thinPool({ overprovisionRatio: 2 }) });
const other = hostClass("other", { volumeGroup: "other" });

// the commands are the same in a shell and without one; once without shows that each way is whole
for (const [kind, own, shell] of [
  ["thick", thick, true],
  ["thin", thin, true],
  ["thick", thick, false],
] as const)
  storageContract(
    `${kind} volumes of real LVM, ${shell ? "in a kept shell" : "in single commands"}`,
    kind,
    async () => {
      const host = await openHost([own, other], { shell });
      return {
        storage: host.storage,
        deviceClass: own.name,
        otherClass: other.name,
        optionClass: "plain",
        close: () => host.close(),
      };
    },
  );
