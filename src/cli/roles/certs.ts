import { ensureCertificates, type KeptCertificates } from "../../certs/ensure.ts";
import type { KeptPair } from "../../certs/life.ts";
import { logTable, loggerFor } from "../log.ts";
import { defineRole } from "../role.ts";
import { list, text } from "../settings/kinds.ts";
import { type Paint, paintFor, renderTable } from "../table.ts";

const table = {
  "cert-dir": text({ placeholder: "DIR", help: "folder to put them in", initial: "certs" }),
  host: list({
    placeholder: "NAME",
    help: "DNS name or IP address of the server; default are the hosts of the certificate that is there, else localhost, 127.0.0.1 and ::1",
  }),
  client: list({
    placeholder: "NAME",
    help: "make a client's certificate too, NAME.crt and NAME.key, such as kube-scheduler's for the extender",
  }),
  ...logTable,
};

/** Makes certificates, or renews them where that is due, and says what there is and until when. */
export const certs = defineRole({
  table,
  epilogue: `Puts ca.crt, ca.key, tls.crt and tls.key into the folder, for its owner's eyes only. A certificate is renewed after two
thirds of its life, and issued again when the hosts change; keys stay. Files that were not made by this command are
never touched.`,
  run: async (settings, surroundings) => {
    const { clock, print, colour } = surroundings;
    const kept = await ensureCertificates({
      folder: settings["cert-dir"],
      hosts: settings.host.length === 0 ? undefined : settings.host,
      coverage: "exactly",
      clients: settings.client,
      clock,
      // the table says what was done
      log: loggerFor(settings, surroundings, "warn"),
    });
    print(renderCertificates(kept, paintFor(colour)));
  },
});

/** The table that `nativestor certs` prints. */
export function renderCertificates({ authority, server, clients }: KeptCertificates, paint: Paint): string {
  const row = (pair: KeptPair, hosts: string) => [
    pair.path,
    pair.isNew ? paint.good("made") : "kept",
    day(pair.notAfterMs),
    day(pair.renewAtMs),
    hosts,
  ];
  const rows = [row(authority, ""), row(server, server.hosts.join(", ")), ...clients.map((client) => row(client, ""))];
  const columns = ["FILE", "STATE", "VALID UNTIL", "RENEWED FROM", "HOSTS"].map((title) => ({ title }));
  return renderTable(columns, rows, paint);
}

function day(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
