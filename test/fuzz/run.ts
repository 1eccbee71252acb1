// `npm run fuzz -- [N [SEED]]`: N random mutations of real requests (default 100,000), printed with what came of them.
import { fuzz } from "./fuzz.ts";

function wholeNumber(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  console.error(
    `npm run fuzz: ${name} is a whole number, not ${JSON.stringify(text)}; usage: npm run fuzz -- [N [SEED]]`,
  );
  process.exit(2);
}

const count = wholeNumber(process.argv[2], 100_000, "N");
const seed = wholeNumber(process.argv[3], Date.now() % 2 ** 31, "SEED");
console.log(`${count} requests, seed ${seed}`);
const start = performance.now();
const report = await fuzz(count, seed);
for (const [answer, times] of [...report.answers].sort(([a], [b]) => a.localeCompare(b)))
  console.log(`${String(times).padStart(9)}  ${answer}`);
for (const { path, sent, fault } of report.findings) console.log(`\n${path}: ${fault}\n${sent.slice(0, 2000)}`);
console.log(
  `${report.sent} sent in ${((performance.now() - start) / 1000).toFixed(1)} s, ${report.findings.length} answered wrong`,
);
process.exit(report.findings.length === 0 && report.isWell ? 0 : 1);
