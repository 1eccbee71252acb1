import { join } from "node:path";
import { createServer } from "nice-grpc";
import { placeSocket } from "../../base/socket.ts";
import { RegistrationDefinition } from "../../gen/pluginregistration.ts";
import { type Registrant, registrationService } from "./service.ts";

/** A socket in kubelet's folder. */
export interface Registration {
  readonly socketPath: string;
  /** Takes the socket away, upon which kubelet forgets the driver. */
  close(): Promise<void>;
}

/**
 * Shows a plugin to kubelet, which watches `folder` (`/var/lib/kubelet/plugins_registry`). The plugin's own socket has
 * to be there already.
 */
export async function register(folder: string, registrant: Registrant): Promise<Registration> {
  const server = createServer();
  server.add(RegistrationDefinition, registrationService(registrant));
  // as the usual registrar names it, so that one that ran here before leaves nothing behind
  const path = join(folder, `${registrant.name}-reg.sock`);
  try {
    const socket = await placeSocket(path, (draft) => server.listen(`unix:${draft}`));
    return {
      socketPath: socket.path,
      close: async () => {
        await socket.release();
        server.forceShutdown();
      },
    };
  } catch (error) {
    server.forceShutdown();
    throw error;
  }
}
