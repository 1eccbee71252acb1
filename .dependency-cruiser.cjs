// The arrows of the house: they point inward, and `capacity` and `base` lean on nothing of ours.
const room = (name) => `^src/${name}/`;
const only = (name, allowed) => ({
  name: `${name}-leans-only-on-${allowed.join("-") || "nothing"}`,
  severity: "error",
  from: { path: room(name) },
  to: { path: "^src/", pathNot: [room(name), ...allowed.map(room)] },
});

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: { path: "^src" }, to: { circular: true } },
    { name: "nothing-leans-on-main", severity: "error", from: {}, to: { path: "^src/main\\.ts$" } },
    { name: "src-never-leans-on-tests", severity: "error", from: { path: "^src" }, to: { path: "^(test|scripts)/" } },
    { name: "no-dev-dependency-in-src", severity: "error", from: { path: "^src" }, to: { dependencyTypes: ["npm-dev"] } },
    {
      name: "capacity-does-no-io",
      severity: "error",
      from: { path: room("capacity") },
      to: { dependencyTypes: ["core", "npm"] },
    },
    {
      name: "only-lvm-room-runs-commands",
      severity: "error",
      from: { path: "^src", pathNot: ["^src/lvmd/lvm/", "^src/csi/(mount|filesystem)/"] },
      to: { path: "node_modules/execa" },
    },
    only("base", []),
    only("capacity", []),
    only("kube", ["base"]),
    only("cluster", ["base", "capacity", "kube", "lvmd", "gen"]),
    only("extender", ["base", "capacity", "cluster"]),
    only("webhook", ["base", "capacity", "cluster"]),
    only("csi", ["base", "capacity", "cluster", "kube", "lvmd", "gen"]),
    only("controllers", ["base", "capacity", "cluster", "kube", "lvmd", "gen"]),
    only("certs", ["base", "kube"]),
    only("lvmd", ["base", "gen"]),
    only("server", ["base", "capacity", "cluster", "extender", "webhook", "certs"]),
    only("gen", []),
    { name: "cli-and-roles-on-top", severity: "error", from: { path: "^src/(?!cli/|main\\.ts)" }, to: { path: room("cli") } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // TypeScript 7 has no programming interface that could be asked
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"], exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
