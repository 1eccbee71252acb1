import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Every page, from the top, docs and the examples. */
const pages = [
  ...readdirSync(root).map((name) => join(root, name)),
  ...["docs", "deploy", "examples", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)),
  ),
].filter((path) => path.endsWith(".md"));

/** Anchors of a page's headings, as git hosts make them. */
function anchorsOf(page: string): Set<string> {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm);
  return new Set([...headings].map(([, text = ""]) => anchor(text)));
}

function anchor(heading: string): string {
  const letters = heading.toLowerCase().replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "");
  return letters.replaceAll(" ", "-");
}

/** Links of a page to files of ours that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g);
  const targets = [...links].map(([, target = ""]) => target).filter((target) => !/^[a-z]+:/.test(target));
  return targets.filter((target) => {
    const [path = "", fragment] = target.split("#");
    const file = path === "" ? page : resolve(dirname(page), path);
    if (!existsSync(file)) return true;
    return fragment !== undefined && !anchorsOf(file).has(fragment);
  });
}

test("every link between the pages leads somewhere", () => {
  const dead = pages.flatMap((page) => deadLinks(page).map((target) => `${relative(root, page)}: ${target}`));
  assert.deepEqual(dead, []);
  assert.ok(pages.length > 10);
});

test("an anchor is made of a heading's letters", () => {
  assert.equal(anchor("What `x` does, in a burst"), "what-x-does-in-a-burst");
});

test("every decision has a number of its own", () => {
  const files = readdirSync(join(root, "docs/adr")).filter((name) => /^\d{4}-/.test(name));
  const numbers = files.map((name) => Number(name.slice(0, 4)));
  assert.deepEqual(
    numbers,
    files.map((_, at) => at + 1),
  );
  for (const [at, name] of files.entries())
    assert.match(readFileSync(join(root, "docs/adr", name), "utf8"), new RegExp(`^# ${at + 1}\\. `));
});
