// The process that a suite's `within` starts: runs one file and tells the result on its standard output.
import { runFile } from "./run-file.ts";
import type { Order } from "./run-within.ts";

const { testFolder, file, suite } = JSON.parse(process.argv[2] ?? "") as Order;
const result = await runFile(testFolder, file, suite);
process.stdout.write(JSON.stringify(result), () => process.exit(0));
