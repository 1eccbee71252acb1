import { before } from "node:test";
import { foreignConversation } from "../../grpc/conversation.ts";
import { startDaemon } from "../../grpc/daemon.ts";
import { makeGroup } from "./host.ts";

before(() => makeGroup("vg", "b"));

// one manner only: the others differ in nothing that LVM sees, and a program in Go is slow to start in a guest
foreignConversation(
  "a client in Go and volumes of real LVM",
  async () => ({
    deviceClass: "own",
    ...(await startDaemon("device-classes: [{ name: own, volume-group: vg, default: true, spare-gb: 0 }]")),
  }),
  [2],
);
