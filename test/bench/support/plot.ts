/** Up to five lines over two logarithmic axes: equal growth is equal slope. */
export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
}

/** Points with x and y above 0, from left to right. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn with dashes: something to compare with. */
  readonly isYardstick?: boolean;
}

const width = 760;
const height = 420;
const frame = { left: 70, right: 725, top: 50, bottom: 360 };

/** Colours that are told apart by those who do not see all of them, each on a light and on a dark ground. */
const colours = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#f0a35e"],
  ["#007a5a", "#3ccf9f"],
  ["#8a4a78", "#d99bc6"],
  ["#555555", "#aaaaaa"],
] as const;

/** The plot as a picture that follows the reader's choice of light or dark. */
export function svgOf({ title, xLabel, yLabel, lines }: Plot): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const x = scaleOf(Math.min(...xs), Math.max(...xs), frame.left, frame.right);
  const yTicks = ticksAround(Math.min(...ys), Math.max(...ys));
  const y = scaleOf(yTicks.at(0) ?? 1, yTicks.at(-1) ?? 1, frame.bottom, frame.top);
  const xTicks = [...new Set(xs)].sort((a, b) => a - b);
  const parts = [
    `<title>${escaped(title)}</title>`,
    styles(),
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    textAt(width / 2, 28, title, 'class="title" text-anchor="middle"'),
    ...yTicks.flatMap((value) => [
      `<path class="grid" d="M${frame.left} ${y(value)}H${frame.right}"/>`,
      textAt(frame.left - 8, y(value) + 4, value.toLocaleString("en"), 'text-anchor="end"'),
    ]),
    ...xTicks.flatMap((value) => [
      `<path class="grid" d="M${x(value)} ${frame.top}V${frame.bottom}"/>`,
      textAt(x(value), frame.bottom + 20, value.toLocaleString("en"), 'text-anchor="middle"'),
    ]),
    textAt((frame.left + frame.right) / 2, height - 14, xLabel, 'text-anchor="middle"'),
    textAt(
      0,
      0,
      yLabel,
      `text-anchor="middle" transform="translate(18 ${(frame.top + frame.bottom) / 2}) rotate(-90)"`,
    ),
    ...lines.flatMap((line, at) => [pathOf(line, at, x, y), ...legendOf(line, at)]),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">\n${parts.join("\n")}\n</svg>\n`;
}

type Scale = (value: number) => number;

function scaleOf(least: number, most: number, from: number, to: number): Scale {
  const span = Math.log(most / least) || 1;
  return (value) => round(from + ((to - from) * Math.log(value / least)) / span);
}

/** 1, 2 and 5 times powers of ten, from the last that is not above the least to the first that is not below the most. */
export function ticksAround(least: number, most: number): readonly number[] {
  const all = Array.from({ length: 25 }, (_, at) => at - 12).flatMap((power) => {
    return [1, 2, 5].map((digit) => Number(`${digit}e${power}`));
  });
  const first = all.findLastIndex((value) => value <= least);
  const last = all.findIndex((value) => value >= most);
  return all.slice(first, last + 1);
}

function pathOf({ points, isYardstick = false }: Line, at: number, x: Scale, y: Scale): string {
  const path = points.map(([px, py], nth) => `${nth === 0 ? "M" : "L"}${x(px)} ${y(py)}`).join("");
  const marks = points.map(([px, py]) => `<circle class="c${at}" cx="${x(px)}" cy="${y(py)}" r="3"/>`);
  return [`<path class="line l${at}${dashes(isYardstick)}" d="${path}"/>`, ...(isYardstick ? [] : marks)].join("");
}

function legendOf({ name, isYardstick = false }: Line, at: number): string[] {
  const top = frame.top + 18 + at * 20;
  return [
    `<path class="line l${at}${dashes(isYardstick)}" d="M${frame.left + 14} ${top}h32"/>`,
    textAt(frame.left + 54, top + 4, name, ""),
  ];
}

function dashes(isYardstick: boolean): string {
  return isYardstick ? " dashed" : "";
}

function textAt(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;
}

function styles(): string {
  const classes = (tone: 0 | 1) =>
    colours.map((colour, at) => `.l${at} { stroke: ${colour[tone]} } .c${at} { fill: ${colour[tone]} }`).join(" ");
  return `<style>
.ground { fill: #ffffff } text { fill: #333333 } .title { font-weight: 600; font-size: 15px } .grid { stroke: #dddddd }
.line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 6 5; stroke-width: 1.5 } ${classes(0)}
@media (prefers-color-scheme: dark) { .ground { fill: #161b22 } text { fill: #dddddd } .grid { stroke: #333a44 } ${classes(1)} }
</style>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
