import { readManaged } from "../lvs/read.ts";
import { jsonOf, renderManaged } from "../lvs/render.ts";
import { defineRole } from "../role.ts";
import { choice, duration, text } from "../settings/kinds.ts";
import { paintFor } from "../table.ts";

const table = {
  socket: text({ placeholder: "PATH", help: "where the daemon listens", initial: "/run/topolvm/lvmd.sock" }),
  output: choice(["table", "json"], { help: "for a person or for a program", initial: "table" }),
  timeout: duration({ help: "how long to wait for its answers", initial: 10_000, initialText: "10s" }),
};

/** What an lvmd manages: classes with their room, and volumes. */
export const lvs = defineRole({
  table,
  epilogue: "Asks over gRPC, so that it shows what the daemon tells everyone; TopoLVM's lvmd answers, too.",
  run: async ({ socket, output, timeout }, { print, colour, stop }) => {
    const managed = await readManaged(socket, AbortSignal.any([stop, AbortSignal.timeout(timeout)]));
    print(output === "json" ? jsonOf(managed) : renderManaged(managed, paintFor(colour)));
  },
});
