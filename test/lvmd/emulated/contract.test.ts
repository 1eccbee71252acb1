import { deviceClass, emulated, thinClass } from "../samples.ts";
import { storageContract } from "../storage-contract.ts";

const other = deviceClass({ name: "other", volumeGroup: "vg2" });

storageContract("emulated thick storage", "thick", async () => {
  const storage = await emulated([deviceClass(), other]);
  return {
    storage,
    deviceClass: "ssd",
    otherClass: "other",
    optionClass: "plain",
    close: () => storage.close(),
  };
});

storageContract("emulated thin storage", "thin", async () => {
  const storage = await emulated([thinClass(2), other]);
  return {
    storage,
    deviceClass: "thin",
    otherClass: "other",
    optionClass: "plain",
    close: () => storage.close(),
  };
});
