import assert from "node:assert/strict";
import test from "node:test";
import { blockCapability, creation, gibibyte, mountCapability, on } from "../support/requests.ts";
import { controllerForTest } from "./support.ts";

type Controller = Awaited<ReturnType<typeof controllerForTest>>["controller"];
type Refused = readonly [what: string, rest: object, code: string, field: string];

const invalid = "invalid-argument";
const kilobyte = "x".repeat(1024);
const multiNode = { volumeCapabilities: [mountCapability("", [], 5)] };
const noMode = { accessType: { $case: "mount" as const, value: { fsType: "", mountFlags: [], volumeMountGroup: "" } } };
const grouped = { ...noMode, accessType: { $case: "mount" as const, value: { volumeMountGroup: "1000" } } };

/** Of an id, whatever call it comes with. */
const badIds = (key: string, field: string): Refused[] => [
  ["an empty id", { [key]: "" }, invalid, field],
  ["an id of 1 KB", { [key]: kilobyte }, invalid, field],
  ["an id that is a path", { [key]: "../../etc/passwd" }, invalid, field],
  ["an id with a NUL character", { [key]: "a\u0000b" }, invalid, field],
];

/** Of a capacity range, whatever call it comes with. */
const badSizes: Refused[] = [
  ["a negative size", { capacityRange: { requiredBytes: -1n } }, invalid, "capacity_range.required_bytes"],
  ["a negative limit", { capacityRange: { limitBytes: -1n } }, invalid, "capacity_range.limit_bytes"],
  ["a limit below the size", { capacityRange: { requiredBytes: 20n, limitBytes: 10n } }, invalid, "limit_bytes"],
  ["a limit below a page", { capacityRange: { limitBytes: 4095n } }, invalid, "capacity_range.limit_bytes"],
  ["a limit between pages", { capacityRange: { requiredBytes: 8193n, limitBytes: 12_000n } }, invalid, "limit_bytes"],
  ["a huge size", { capacityRange: { requiredBytes: 2n ** 63n - 1n } }, "out-of-range", "required_bytes"],
];

/** For each call: a request that is fine, and what spoils it. `ID` stands for the id of a volume that exists. */
const calls: Readonly<Record<string, { readonly fine: object; readonly refused: readonly Refused[] }>> = {
  createVolume: {
    fine: creation("v", {}),
    refused: [
      ["an empty name", { name: "" }, invalid, "name"],
      ["a name of 1 KB", { name: kilobyte }, invalid, "name"],
      ...badSizes,
      ["no capability", { volumeCapabilities: [] }, invalid, "volume_capabilities"],
      ["an access mode for several nodes", multiNode, invalid, "volume_capabilities[0].access_mode"],
      ["no access mode", { volumeCapabilities: [noMode] }, invalid, "volume_capabilities[0].access_mode"],
      [
        "neither block nor mount",
        { volumeCapabilities: [{ accessMode: { mode: 1 } }] },
        invalid,
        "volume_capabilities[0]",
      ],
      ["block and mount", { volumeCapabilities: [blockCapability, mountCapability()] }, invalid, "volume_capabilities"],
      ["an unknown file system", { volumeCapabilities: [mountCapability("ntfs")] }, invalid, "mount.fs_type"],
      [
        "mount flags of 5 KB",
        { volumeCapabilities: [mountCapability("", ["x".repeat(5000)])] },
        invalid,
        "mount_flags",
      ],
      [
        "a group for the mount",
        { volumeCapabilities: [{ ...grouped, accessMode: { mode: 1 } }] },
        invalid,
        "mount.volume_mount_group",
      ],
      ["an unknown parameter", { parameters: { color: "red" } }, invalid, 'parameters["color"]'],
      [
        "a class that is no name",
        { parameters: { "topolvm.io/device-class": "a b" } },
        invalid,
        "topolvm.io/device-class",
      ],
      [
        "a class that nobody has",
        { parameters: { "topolvm.io/device-class": "nvme" } },
        invalid,
        "topolvm.io/device-class",
      ],
      ["a mutable parameter", { mutableParameters: { iops: "1" } }, invalid, "mutable_parameters"],
      [
        "a foreign topology",
        { accessibilityRequirements: { requisite: [{ segments: { zone: "a" } }] } },
        invalid,
        "accessibility_requirements",
      ],
      ["a node that is not there", { accessibilityRequirements: on("n9") }, "resource-exhausted", "n9"],
      ["an empty source", { volumeContentSource: {} }, invalid, "volume_content_source"],
      [
        "a snapshot with an empty id as its source",
        { volumeContentSource: { type: { $case: "snapshot", value: { snapshotId: "" } } } },
        invalid,
        "volume_content_source.snapshot.snapshot_id",
      ],
      [
        "a foreign volume as its source",
        { volumeContentSource: { type: { $case: "volume", value: { volumeId: "foreign" } } } },
        "not-found",
        "volume_content_source",
      ],
      [
        "a volume for a snapshot",
        { volumeContentSource: { type: { $case: "snapshot", value: { snapshotId: "ID" } } } },
        invalid,
        "volume_content_source",
      ],
    ],
  },
  deleteVolume: { fine: { volumeId: "foreign" }, refused: badIds("volumeId", "volume_id") },
  controllerExpandVolume: {
    fine: { volumeId: "ID", capacityRange: { requiredBytes: 2n * gibibyte } },
    refused: [
      ...badIds("volumeId", "volume_id"),
      ["a foreign id", { volumeId: "foreign" }, "not-found", "volume_id"],
      ["no range", { capacityRange: undefined }, invalid, "capacity_range"],
      ...badSizes,
      [
        "a capability that is not possible",
        { volumeCapability: multiNode.volumeCapabilities[0] },
        invalid,
        "access_mode",
      ],
    ],
  },
  createSnapshot: {
    fine: { name: "s", sourceVolumeId: "ID" },
    refused: [
      ["an empty name", { name: "" }, invalid, "name"],
      ["a name of 1 KB", { name: kilobyte }, invalid, "name"],
      ...badIds("sourceVolumeId", "source_volume_id"),
      ["a foreign source", { sourceVolumeId: "foreign" }, "not-found", "source_volume_id"],
      ["an unknown parameter", { parameters: { color: "red" } }, invalid, 'parameters["color"]'],
    ],
  },
  deleteSnapshot: {
    fine: { snapshotId: "foreign" },
    refused: [...badIds("snapshotId", "snapshot_id"), ["a volume's id", { snapshotId: "ID" }, invalid, "snapshot_id"]],
  },
  validateVolumeCapabilities: {
    fine: { volumeId: "ID", volumeCapabilities: [mountCapability()] },
    refused: [
      ...badIds("volumeId", "volume_id"),
      ["a foreign id", { volumeId: "foreign" }, "not-found", "volume_id"],
      ["no capability", { volumeCapabilities: [] }, invalid, "volume_capabilities"],
    ],
  },
  getCapacity: {
    fine: {},
    refused: [
      ["an unknown parameter", { parameters: { color: "red" } }, invalid, 'parameters["color"]'],
      ["a capability that is not possible", multiNode, invalid, "volume_capabilities[0].access_mode"],
    ],
  },
};

for (const [call, { fine, refused }] of Object.entries(calls)) {
  test(`${call} answers what is fine`, async () => {
    await using csi = await controllerForTest();
    await ask(csi.controller, call, fine, await anyVolume(csi.controller));
  });
  for (const [what, rest, code, field] of refused) {
    test(`${call} refuses ${what} as ${code}, naming ${field}`, async () => {
      await using csi = await controllerForTest();
      const id = await anyVolume(csi.controller);
      const before = csi.volumes.list();
      await assert.rejects(ask(csi.controller, call, { ...fine, ...rest }, id), (error: Refusal) => {
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.includes(field), error.message);
        assert.ok(error.message.length < 300, "what is long is not repeated");
        return true;
      });
      assert.deepEqual(csi.volumes.list(), before);
    });
  }
}

type Refusal = Error & { readonly code: string };

async function anyVolume(controller: Controller): Promise<string> {
  const { volume } = await controller.createVolume(creation("there", {}));
  return volume?.volumeId ?? "";
}

async function ask(controller: Controller, call: string, request: object, id: string): Promise<unknown> {
  const methods = controller as unknown as Record<string, (request: unknown) => Promise<unknown>>;
  return methods[call]?.(placing(request, id));
}

/** With the id in the place of `ID`. */
function placing(value: unknown, id: string): unknown {
  if (value === "ID") return id;
  if (Array.isArray(value)) return value.map((one) => placing(one, id));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, placing(one, id)]));
}
