// Runs in a guest: takes times of bare lvm and of the storage in turn, and prints them as JSON, in milliseconds.
import { execa } from "execa";
import { hostClass, makeGroup, openHost } from "./host.ts";

const rounds = Number(process.argv[2] ?? 12);
const MiB = 1n << 20n;
const deviceClass = "own";

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const lvm = (...args: string[]) =>
  execa("lvm", args, { extendEnv: false, env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" } });
const bareCreate = (name: string) => lvm("lvcreate", "-y", "-W", "y", "-n", name, "-L", "8m", "vg");

makeGroup("vg", "bc");
const host = await openHost([hostClass(deviceClass)]);
const { storage } = host;
const create = (name: string) =>
  storage.createVolume({ name, deviceClass, optionClass: "", tags: [], sizeBytes: 8n * MiB });
const remove = (name: string) => storage.removeVolume(name, deviceClass);
const names = Array.from({ length: 20 }, (_, index) => `many${index}`);

const bare: number[] = [];
const ours: number[] = [];
for (let round = 0; round < rounds; round++) {
  bare.push(await timed(() => bareCreate("bare")));
  await lvm("lvremove", "-y", "vg/bare");
  ours.push(await timed(() => create("ours")));
  await remove("ours");
}
const sequence = await timed(async () => {
  for (const name of names) await bareCreate(name);
});
await lvm("lvremove", "-y", ...names.map((name) => `vg/${name}`));
const concurrent = await timed(() => Promise.all(names.map(create)));
const free: number[] = [];
const list: number[] = [];
for (let round = 0; round < 1000; round++) {
  free.push(await timed(() => storage.classState(deviceClass)));
  list.push(await timed(() => storage.listVolumes(deviceClass)));
}
const told: number[] = [];
for (let round = 0; round < 5; round++) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = storage.onChange(resolve);
  await bareCreate(`outside${round}`);
  told.push(await timed(() => promise));
  leave();
}
const rssMiB = process.memoryUsage().rss / 2 ** 20;
await host.close();
console.log(JSON.stringify({ bare, ours, sequence, concurrent, free, list, told, rssMiB }));
