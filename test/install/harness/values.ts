import { serviceAddress } from "./cluster.ts";

/**
 * What the one node of the tests needs beside the defaults: one of each, since it has one processor. And the scheduler shows the
 * certificate that the service made for it.
 */
export const values = {
  serve: { replicas: 1, service: { clusterIP: serviceAddress }, clientCertificates: { required: true } },
  controller: { replicas: 1 },
  scheduling: { secondScheduler: { replicas: 1 } },
};
