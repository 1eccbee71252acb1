import { foreignConversation } from "./conversation.ts";
import { startDaemon } from "./daemon.ts";

for (const deviceClass of ["thick", "thin"])
  foreignConversation(`a client in Go and emulated ${deviceClass} volumes`, async () => ({
    deviceClass,
    ...(await startDaemon(`
device-classes:
- { name: thick, volume-group: vg, default: true, spare-gb: 0 }
- { name: thin, volume-group: vg, type: thin, thin-pool: { name: pool, overprovision-ratio: 2 } }
emulated: { volume-groups: [{ name: vg, size: 1Gi, thin-pools: [{ name: pool, size: 256Mi }] }] }`)),
  }));
