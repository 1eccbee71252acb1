import { assembled, configOf, deviceClass, thinClass } from "../samples.ts";
import { storageContract } from "../storage-contract.ts";

const names = ["vg", "vg2"];
const other = deviceClass({ name: "other", volumeGroup: "vg3" });

// one group after the other is filled, so that the room told falls by what is made, as the contract has it
storageContract("storage of a thick class over two groups", "thick", async () => {
  const span = { groups: { names }, placement: "spread" as const };
  const groups = [
    { name: "vg", sizeBytes: 1n << 30n },
    { name: "vg2", sizeBytes: 1n << 26n },
    { name: "vg3", sizeBytes: 1n << 30n },
  ];
  const storage = await assembled(configOf([deviceClass({ span }), other], groups));
  return { storage, deviceClass: "ssd", otherClass: "other", optionClass: "plain", close: () => storage.close() };
});

storageContract("storage of a thin class over the groups with a tag", "thin", async () => {
  const span = { groups: { tag: "fast" }, placement: "spread" as const };
  const groups = [
    { name: "vg", sizeBytes: 1n << 30n, tags: ["fast"] },
    { name: "vg2", sizeBytes: 1n << 26n, tags: ["slow", "fast"] },
    { name: "vg3", sizeBytes: 1n << 30n },
  ];
  const storage = await assembled(configOf([thinClass(2, { span, volumeGroup: "" }), other], groups));
  return { storage, deviceClass: "thin", otherClass: "other", optionClass: "plain", close: () => storage.close() };
});
