import * as z from "zod";
import { groupNameProblem } from "../names.ts";
import { checked, percent, share, size } from "./fields.ts";

/** Smallest and largest chunk of a pool, and the step between: lvmthin(7). */
const chunkUnit = 64n << 10n;
const largestChunk = 1n << 30n;
/** Smallest and largest metadata of a pool: lvmthin(7). */
const leastMetadata = 2n << 20n;
const mostMetadata = 16n << 30n;

const chunk = size.refine(
  (bytes) => bytes % chunkUnit === 0n && bytes <= largestChunk,
  "must be a multiple of 64Ki, at most 1Gi",
);
const metadata = size.refine((bytes) => bytes >= leastMetadata && bytes <= mostMetadata, "must be from 2Mi up to 16Gi");

const create = z
  .strictObject({
    size: size.nullish(),
    percent: percent.nullish(),
    "metadata-size": metadata.nullish(),
    "chunk-size": chunk.nullish(),
  })
  .refine(({ size, percent }) => (size == null) !== (percent == null), "needs either size or percent");

/** As lvm.conf(5) has them for its own growing of pools and snapshots. */
export const growAtPercent = 70;
export const growBy = { percent: 20 };

/** A size, or a share of what there is. */
export const amount = z.union([share, size.transform((bytes) => ({ bytes }))], {
  error: "a size such as 10Gi or a share such as 20%",
});

const grow = z.strictObject({
  "data-percent": percent.default(growAtPercent),
  "metadata-percent": percent.default(growAtPercent),
  by: amount.default(growBy),
  limit: size.nullish(),
});

/** `thin-pool` of a device class. */
export const thinPool = z.strictObject({
  name: checked(groupNameProblem),
  "overprovision-ratio": z.number().min(1, "must be at least 1").max(1e6, "must be at most 1000000"),
  create: create.nullish(),
  grow: grow.nullish(),
  "max-data-percent": percent.nullish(),
});
