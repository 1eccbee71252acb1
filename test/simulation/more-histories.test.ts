// A file of its own, so that two processors share the work.
import { provesHistories } from "./model/many.ts";

provesHistories(10_001, 20_000);
