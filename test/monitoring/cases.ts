/** Series in promtool's notation, of a minute each step, and the alert that they bring about or do not. */
export interface AlertCase {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  readonly fires: boolean;
}

const room = `{node="n",device_class="ssd"}`;
const size = { [`topolvm_volumegroup_size_bytes${room}`]: "1000x1000" };
const free = (values: string) => ({ ...size, [`topolvm_volumegroup_available_bytes${room}`]: values });
const pool = (name: string, values: string) => ({ [`topolvm_thinpool_${name}${room}`]: values });
const answers = (reason: string, values: string) => ({
  [`nativestor_extender_answers_total{verb="filter",reason="${reason}"}`]: values,
});
const bucket = (name: string, labels: string, le: string, values: string) => ({
  [`${name}_bucket{${labels},le="${le}"}`]: values,
});

function both(alert: string, firing: AlertCase["series"], quiet: AlertCase["series"]): AlertCase[] {
  return [
    { alert, series: firing, fires: true },
    { alert, series: quiet, fires: false },
  ];
}

/** For every alert one case in which it fires and one close to it in which it does not; looked at after 400 minutes. */
export const cases: readonly AlertCase[] = [
  ...both("NativestorVolumeGroupFillsUp", free("700-1x1000"), free("900-1x1000")),
  // it loses room, but there is plenty
  ...both("NativestorVolumeGroupNearlyFull", free("140x1000"), free("160x1000")),
  ...both("NativestorVolumeGroupFull", free("40x1000"), free("60x1000")),
  ...both("NativestorThinPoolDataNearlyFull", pool("data_percent", "81x1000"), pool("data_percent", "80x1000")),
  ...both("NativestorThinPoolDataFull", pool("data_percent", "96x1000"), pool("data_percent", "95x1000")),
  ...both(
    "NativestorThinPoolMetadataNearlyFull",
    pool("metadata_percent", "76x1000"),
    pool("metadata_percent", "75x1000"),
  ),
  ...both("NativestorThinPoolMetadataFull", pool("metadata_percent", "91x1000"), pool("metadata_percent", "90x1000")),
  ...both(
    "NativestorThinPoolPromisedAway",
    pool("overprovisioned_available", "0x1000"),
    pool("overprovisioned_available", "1x1000"),
  ),
  ...both(
    "NativestorSnapshotNearlyInvalid",
    { 'nativestor_lvmd_snapshot_store_percent{node="n",volume="v"}': "81x1000" },
    { 'nativestor_lvmd_snapshot_store_percent{node="n",volume="v"}': "80x1000" },
  ),
  ...both(
    "NativestorClassIll",
    { [`nativestor_lvmd_class_status${room}`]: "1x1000" },
    { [`nativestor_lvmd_class_status${room}`]: "0x1000" },
  ),
  ...both(
    "NativestorVolumeIll",
    { 'nativestor_lvmd_volume_ill{node="n",volume="v",health="lacks a mirror"}': "1x1000" },
    // it was mended two minutes ago
    { 'nativestor_lvmd_volume_ill{node="n",volume="v",health="lacks a mirror"}': "1x398 stale" },
  ),
  ...both(
    "NativestorRaidSyncSlow",
    { 'nativestor_lvmd_raid_sync_percent{node="n",volume="v"}': "10+0.01x1000" },
    // 6 % an hour
    { 'nativestor_lvmd_raid_sync_percent{node="n",volume="v"}': "10+0.1x1000" },
  ),
  ...both(
    "NativestorRaidSyncSlow",
    { 'nativestor_lvmd_raid_sync_percent{node="n",volume="v"}': "62.5x1000" },
    // as slow, but it began half an hour ago
    { 'nativestor_lvmd_raid_sync_percent{node="n",volume="v"}': "_x370 10+0.01x1000" },
  ),
  ...both(
    "NativestorLvmCommandsFail",
    { 'nativestor_lvm_command_seconds_count{instance="n",command="lvcreate",result="failed"}': "0+1x1000" },
    { 'nativestor_lvm_command_seconds_count{instance="n",command="lvcreate",result="done"}': "0+1x1000" },
  ),
  ...both(
    "NativestorLvmCommandsSlow",
    {
      ...bucket("nativestor_lvm_command_seconds", 'instance="n",command="lvs"', "10", "0x1000"),
      ...bucket("nativestor_lvm_command_seconds", 'instance="n",command="lvs"', "30", "0+1x1000"),
      ...bucket("nativestor_lvm_command_seconds", 'instance="n",command="lvs"', "+Inf", "0+1x1000"),
    },
    {
      ...bucket("nativestor_lvm_command_seconds", 'instance="n",command="lvs"', "10", "0+1x1000"),
      ...bucket("nativestor_lvm_command_seconds", 'instance="n",command="lvs"', "+Inf", "0+1x1000"),
    },
  ),
  ...both(
    "NativestorCapacityNotPublished",
    { 'topolvm_health_node_status{node_name="n"}': "1x1000" },
    { 'topolvm_health_node_status{node_name="n"}': "0x1000" },
  ),
  ...both(
    "NativestorAgentAbsent",
    {
      'nativestor_nodes_with_room{job="serve",instance="a"}': "2x1000",
      'nativestor_nodes_with_room{job="serve",instance="b"}': "2x1000",
      'topolvm_volumegroup_size_bytes{node="n1",device_class="ssd"}': "1x1000",
      'topolvm_volumegroup_size_bytes{node="n1",device_class="hdd"}': "1x1000",
      'topolvm_health_node_status{node_name="n1"}': "0x1000",
      'topolvm_health_node_status{node_name="n2"}': "0x300 stale",
    },
    {
      'nativestor_nodes_with_room{job="serve",instance="a"}': "2x1000",
      // a TopoLVM's, and one whose lvmd is not scraped
      'topolvm_volumegroup_size_bytes{node="n1",device_class="ssd"}': "1x1000",
      'topolvm_health_node_status{node_name="n2"}': "0x1000",
    },
  ),
  ...both("NativestorAgentAbsent", { nativestor_nodes_with_room: "1x1000" }, { nativestor_nodes_with_room: "0x1000" }),
  ...both(
    "NativestorClusterUnwell",
    { 'topolvm_health_cluster_status{cluster_name="c"}': "1x1000" },
    { 'topolvm_health_cluster_status{cluster_name="c"}': "0x1000" },
  ),
  ...both(
    "NativestorWorkFails",
    {
      'nativestor_work_seconds_count{job="node",queue="capacity",result="failed"}': "0+3x1000",
      'nativestor_work_seconds_count{job="node",queue="capacity",result="done"}': "0+2x1000",
    },
    {
      'nativestor_work_seconds_count{job="node",queue="capacity",result="failed"}': "0+2x1000",
      'nativestor_work_seconds_count{job="node",queue="capacity",result="done"}': "0+3x1000",
    },
  ),
  ...both(
    "NativestorWorkPilesUp",
    { 'nativestor_work_queue_depth{job="node",queue="claims"}': "101x1000" },
    { 'nativestor_work_queue_depth{job="node",queue="claims"}': "100x1000" },
  ),
  ...both(
    "NativestorOrphans",
    { 'nativestor_orphans{job="node",kind="volume"}': "1x1000" },
    { 'nativestor_orphans{job="node",kind="volume"}': "0x1000" },
  ),
  ...both(
    "NativestorProvisioningFails",
    { 'nativestor_csi_request_seconds_count{service="Controller",method="CreateVolume",code="INTERNAL"}': "0+1x1000" },
    // that there is no room is an answer, and no failure
    {
      'nativestor_csi_request_seconds_count{service="Controller",method="CreateVolume",code="RESOURCE_EXHAUSTED"}':
        "0+1x1000",
    },
  ),
  ...both(
    "NativestorProvisioningSlow",
    {
      ...bucket("nativestor_csi_request_seconds", 'method="CreateVolume"', "10", "0x1000"),
      ...bucket("nativestor_csi_request_seconds", 'method="CreateVolume"', "60", "0+1x1000"),
      ...bucket("nativestor_csi_request_seconds", 'method="CreateVolume"', "+Inf", "0+1x1000"),
    },
    {
      ...bucket("nativestor_csi_request_seconds", 'method="CreateVolume"', "10", "0+1x1000"),
      ...bucket("nativestor_csi_request_seconds", 'method="CreateVolume"', "+Inf", "0+1x1000"),
    },
  ),
  ...both(
    "NativestorServiceAbsent",
    // the controller is there
    { 'nativestor_view_age_seconds{job="controller"}': "1x1000" },
    { 'nativestor_certificate_expiry_timestamp_seconds{job="serve"}': "1e9x1000" },
  ),
  ...both(
    "NativestorNobodyLeads",
    {
      'nativestor_leading{job="serve",instance="a"}': "0x1000",
      'nativestor_leading{job="serve",instance="b"}': "0x1000",
    },
    {
      'nativestor_leading{job="serve",instance="a"}': "0x1000",
      'nativestor_leading{job="serve",instance="b"}': "1x1000",
    },
  ),
  ...both(
    "NativestorViewStale",
    { nativestor_view_age_seconds: "61x1000" },
    { nativestor_view_age_seconds: "60x1000" },
  ),
  ...both("NativestorExtenderRefusesAll", answers("no-room", "0+1x1000"), {
    ...answers("no-room", "0+9x1000"),
    ...answers("answered", "0+1x1000"),
  }),
  ...both(
    "NativestorExtenderSlow",
    {
      ...bucket("nativestor_extender_duration_seconds", 'verb="filter"', "1", "0x1000"),
      ...bucket("nativestor_extender_duration_seconds", 'verb="filter"', "5", "0+1x1000"),
      ...bucket("nativestor_extender_duration_seconds", 'verb="filter"', "+Inf", "0+1x1000"),
    },
    {
      ...bucket("nativestor_extender_duration_seconds", 'verb="filter"', "1", "0+1x1000"),
      ...bucket("nativestor_extender_duration_seconds", 'verb="filter"', "+Inf", "0+1x1000"),
    },
  ),
  ...both(
    "NativestorWebhookFails",
    { 'nativestor_webhook_answers_total{verb="pod-mutate",result="failed"}': "0+1x1000" },
    { 'nativestor_webhook_answers_total{verb="pod-mutate",result="denied"}': "0+1x1000" },
  ),
  ...both(
    "NativestorReservationsUnseen",
    { 'nativestor_reservations_ended_total{kind="placed",reason="bound"}': "0+1x1000" },
    { 'nativestor_reservations_ended_total{kind="placed",reason="chosen"}': "0+1x1000" },
  ),
  // promtool's time begins at 0: 400 minutes are 24,000 seconds
  ...both(
    "NativestorCertificateNearItsEnd",
    { nativestor_certificate_expiry_timestamp_seconds: `${24_000 + 13 * 86_400}x1000` },
    { nativestor_certificate_expiry_timestamp_seconds: `${24_000 + 15 * 86_400}x1000` },
  ),
  ...both(
    "NativestorCertificateEnds",
    { 'nativestor_kept_certificate_expiry_timestamp_seconds{certificate="server"}': `${24_000 + 86_400}x1000` },
    { 'nativestor_kept_certificate_expiry_timestamp_seconds{certificate="server"}': `${24_000 + 3 * 86_400}x1000` },
  ),
  ...both(
    "NativestorCertificatesNotKept",
    { nativestor_certificate_upkeep_failing: "1x1000" },
    { nativestor_certificate_upkeep_failing: "0x1000" },
  ),
  ...both(
    "NativestorClockWrong",
    { nativestor_clock_offset_seconds: "-61x1000" },
    { nativestor_clock_offset_seconds: "60x1000" },
  ),
];
