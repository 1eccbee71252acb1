import type { DeviceClass, OptionClass } from "../../config/device-class.ts";

/** How lvcreate spreads a volume over disks. */
export interface Layout {
  /** Images, parity included, that each lie on a disk of their own. */
  readonly images: number;
  /** Images' worth of data: a size is rounded up to whole extents in each. */
  readonly dataImages: number;
  /** Each image has an extent of RAID metadata on its disk. */
  readonly metadata: boolean;
}

const linear: Layout = { images: 1, dataImages: 1, metadata: false };

/** The arguments of lvcreate that say how to lay out a volume. An option class takes the place of all that its device class says. */
export function layoutArguments(deviceClass: DeviceClass, optionClass: OptionClass | undefined): readonly string[] {
  if (optionClass !== undefined) return optionClass.options;
  const { stripe, stripeSize, lvcreateOptions } = deviceClass;
  const stripes = stripe === undefined ? [] : ["-i", `${stripe}`];
  const size = stripe === undefined || stripeSize === undefined ? [] : ["-I", stripeSize];
  return [...stripes, ...size, ...lvcreateOptions];
}

/**
 * What the arguments make of a volume. Sources: lvcreate(8) and lvmraid(7) for the number of images of each type and for
 * what is meant where it is not said. Thin volumes have no layout of their own: their pool has one.
 */
export function layoutOf(args: readonly string[]): Layout {
  const mirrors = count(valueOf(args, "-m", "--mirrors"));
  const stripes = count(valueOf(args, "-i", "--stripes"));
  const type = valueOf(args, undefined, "--type") ?? impliedType(mirrors, stripes);
  const shape = shapes.find(({ pattern }) => pattern.test(type));
  return shape?.layout(mirrors, stripes) ?? linear;
}

interface Shape {
  readonly pattern: RegExp;
  layout(mirrors: number | undefined, stripes: number | undefined): Layout;
}

const shapes: readonly Shape[] = [
  { pattern: /^striped$/, layout: (_, stripes = 1) => ({ images: stripes, dataImages: stripes, metadata: false }) },
  { pattern: /^raid0$/, layout: (_, stripes = 2) => ({ images: stripes, dataImages: stripes, metadata: false }) },
  { pattern: /^raid0_meta$/, layout: (_, stripes = 2) => ({ images: stripes, dataImages: stripes, metadata: true }) },
  { pattern: /^(raid1|mirror)$/, layout: (mirrors = 1) => ({ images: mirrors + 1, dataImages: 1, metadata: true }) },
  {
    pattern: /^raid10/,
    layout: (mirrors = 1, stripes = 2) => ({ images: stripes * (mirrors + 1), dataImages: stripes, metadata: true }),
  },
  {
    pattern: /^raid[45]/,
    layout: (_, stripes = 2) => ({ images: stripes + 1, dataImages: stripes, metadata: true }),
  },
  { pattern: /^raid6/, layout: (_, stripes = 3) => ({ images: stripes + 2, dataImages: stripes, metadata: true }) },
];

function impliedType(mirrors = 0, stripes = 1): string {
  if (mirrors > 0) return stripes > 1 ? "raid10" : "raid1";
  return stripes > 1 ? "striped" : "linear";
}

/** Value of an option in any of the ways to write it: `-i 2`, `-i2`, `--stripes 2`, `--stripes=2`. The last one counts. */
function valueOf(args: readonly string[], short: string | undefined, long: string): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === short || arg === long) value = args[index + 1];
    else if (arg.startsWith(`${long}=`)) value = arg.slice(long.length + 1);
    else if (short !== undefined && arg.startsWith(short) && !arg.startsWith("--")) value = arg.slice(short.length);
  }
  return value;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
