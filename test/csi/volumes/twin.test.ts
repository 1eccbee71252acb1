import { createVolumesTwin, idle } from "../support/volumes-twin.ts";
import { volumesContract } from "./contract.ts";

volumesContract("the twin", async () => {
  const volumes = createVolumesTwin(idle);
  return {
    volumes,
    report: async (name, status) => {
      const volume = await volumes.get(name);
      if (volume !== undefined) volumes.put({ ...volume, ...status });
    },
    release: async (name) => {
      volumes.setNode((volume) => (volume.name === name && volume.isLeaving ? "removed" : undefined));
      volumes.settle();
    },
    close: () => volumes.close(),
  };
});
