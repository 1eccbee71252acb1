{{/* The API group of LogicalVolumes, which is the driver's name, too. */}}
{{- define "nativestor.driver" -}}
{{ ternary "topolvm.cybozu.com" "topolvm.io" .Values.legacyNames }}
{{- end }}

{{/* Labels that select the pods of a component. Takes root and component. */}}
{{- define "nativestor.selector" -}}
app.kubernetes.io/name: nativestor
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of an object. Takes root and component. */}}
{{- define "nativestor.labels" -}}
app.kubernetes.io/name: nativestor
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Reference of an image. Takes root, image and tag, the tag that counts where the image has none. */}}
{{- define "nativestor.image" -}}
{{- $repository := .image.repository -}}
{{- if .root.Values.images.registry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .root.Values.images.registry) (regexReplaceAll "^[^/]*[.:][^/]*/" .image.repository "") -}}
{{- end -}}
{{- if .image.digest -}}
{{ printf "%s@%s" $repository .image.digest }}
{{- else -}}
{{ printf "%s:%s" $repository (.image.tag | default .tag) }}
{{- end -}}
{{- end }}

{{/* The image of all roles. */}}
{{- define "nativestor.ownImage" -}}
{{ include "nativestor.image" (dict "root" . "image" .Values.images.nativestor "tag" .Chart.AppVersion) }}
{{- end }}

{{/* The image of the second scheduler: that of the cluster's version, without what a cloud adds to it. */}}
{{- define "nativestor.schedulerImage" -}}
{{ include "nativestor.image" (dict "root" . "image" .Values.images.scheduler "tag" (regexFind "^v[0-9]+\\.[0-9]+\\.[0-9]+" .Capabilities.KubeVersion.Version)) }}
{{- end }}

{{/* What every pod says: no variables for Services, which would be called as our settings are; Secrets for the registry. */}}
{{- define "nativestor.podCommon" -}}
enableServiceLinks: false
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Nodes, taints, affinity, spread and priority of a component's pods. Takes root, component and values. */}}
{{- define "nativestor.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
{{- if .values.affinity }}
  {{- toYaml .values.affinity | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "nativestor.selector" . | nindent 14 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "nativestor.selector" . | nindent 8 }}
{{- end }}

{{/* What a container of ours that touches no disk may do: nothing. */}}
{{- define "nativestor.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Asked every second until it answers, whereupon the other probes begin: what is ready is known at once, and what starts slowly is
let be. Takes port and https.
*/}}
{{- define "nativestor.startupProbe" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: {{ .port }}
    {{- if .https }}
    scheme: HTTPS
    {{- end }}
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 120
{{- end }}

{{/* One user for all containers of a pod: only the owner of a socket may connect to it. */}}
{{- define "nativestor.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10000
runAsGroup: 10000
fsGroup: 10000
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Flags that all roles have, as list items. */}}
{{- define "nativestor.commonFlags" -}}
{{- if .Values.legacyNames }}
- --legacy-names
{{- end }}
{{- include "nativestor.logFlags" . }}
{{- end }}

{{/* How a role logs, where it is not as it does by itself. */}}
{{- define "nativestor.logFlags" -}}
{{- if ne .Values.log.level "info" }}
- --log-level={{ .Values.log.level }}
{{- end }}
{{- if ne .Values.log.format "json" }}
- --log-format={{ .Values.log.format }}
{{- end }}
{{- end }}

{{/* Name of the objects of one configuration of lvmd: the one called `default` has no ending. Takes root, role and configuration. */}}
{{- define "nativestor.configured" -}}
{{ .root.Values.name }}-{{ .role }}{{ if ne .configuration.name "default" }}-{{ .configuration.name }}{{ end }}
{{- end }}

{{/* Components of the pods of lvmd, where it has some of its own, as a list in JSON. */}}
{{- define "nativestor.lvmdComponents" -}}
{{- $components := list -}}
{{- if eq .Values.lvmd.mode "daemonset" -}}
{{- range .Values.lvmd.configurations -}}
{{- $components = append $components (include "nativestor.configuredComponent" (dict "role" "lvmd" "configuration" .)) -}}
{{- end -}}
{{- end -}}
{{ $components | toJson }}
{{- end }}

{{/* The component that one configuration's pods are. Takes role and configuration. */}}
{{- define "nativestor.configuredComponent" -}}
{{ .role }}{{ if ne .configuration.name "default" }}-{{ .configuration.name }}{{ end }}
{{- end }}

{{/*
On which nodes the pods of one configuration run: those that its selector chooses; for the one without, those that no other
configuration is for. Takes root and configuration.
*/}}
{{- define "nativestor.configuredPlacement" -}}
{{- $node := .root.Values.node -}}
{{- $selector := merge (dict) (.configuration.nodeSelector | default dict) $node.nodeSelector -}}
{{- with $selector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $rest := list -}}
{{- if not .configuration.nodeSelector -}}
{{- range .root.Values.lvmd.configurations -}}
{{- range $key, $value := .nodeSelector -}}
{{- $rest = append $rest (dict "key" $key "operator" "NotIn" "values" (list $value)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $node.affinity }}
affinity:
  {{- toYaml $node.affinity | nindent 2 }}
{{- else if $rest }}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            {{- toYaml $rest | nindent 12 }}
{{- end }}
{{- with $node.tolerations }}
tolerations:
  # volumes are unmounted on nodes that are being drained, too
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* lvmd.yaml of one configuration. Takes root and configuration. */}}
{{- define "nativestor.lvmdConfig" -}}
{{- $given := .configuration.config -}}
{{- if not (hasKey $given "socket-name") }}
socket-name: /run/topolvm/lvmd.sock
{{- end }}
{{- if not (hasKey $given "lvm-command-prefix") }}
# lvm runs with the host's mounts, so that there is one view of the devices, and one of locks
lvm-command-prefix: [{{ range $at, $word := .root.Values.lvmd.commandPrefix }}{{ if $at }}, {{ end }}{{ $word | quote }}{{ end }}]
{{- end }}
{{- if and (eq .root.Values.lvmd.mode "daemonset") (not (hasKey $given "metrics-listen")) }}
metrics-listen: 0.0.0.0:9809
{{- end }}
{{ toYaml $given }}
{{- end }}

{{/* `serve` runs, and its webhooks and certificates are there. */}}
{{- define "nativestor.serves" -}}
{{- if ne .Values.scheduling.mode "storage-capacity" }}yes{{ end -}}
{{- end }}

{{/* csi-snapshotter runs: as it is said or, where nothing is said, as the cluster knows snapshots. */}}
{{- define "nativestor.takesSnapshots" -}}
{{- $said := .Values.controller.snapshotter.enabled -}}
{{- if ternary (.Capabilities.APIVersions.Has "snapshot.storage.k8s.io/v1") $said (eq $said nil) }}yes{{ end -}}
{{- end }}

{{/* What scheduler configurations say of us, as an item of `extenders`. Takes root, ca and client, folders of files. */}}
{{- define "nativestor.extender" -}}
{{- $host := printf "%s.%s.svc" .root.Values.name .root.Release.Namespace -}}
- urlPrefix: https://{{ $host }}:443
  filterVerb: filter
  prioritizeVerb: prioritize
  weight: {{ .root.Values.scheduling.secondScheduler.weight }}
  enableHTTPS: true
  tlsConfig:
    serverName: {{ $host }}
    caFile: {{ .ca }}/ca.crt
    {{- if .root.Values.serve.clientCertificates.required }}
    certFile: {{ .client }}/tls.crt
    keyFile: {{ .client }}/tls.key
    {{- end }}
  httpTimeout: 5s
  nodeCacheCapable: true
  ignorable: false
  managedResources:
    - name: {{ include "nativestor.driver" .root }}/capacity
      ignoredByScheduler: true
{{- end }}

{{/* Configuration of the second scheduler. */}}
{{- define "nativestor.schedulerConfig" }}
{{- $second := .Values.scheduling.secondScheduler }}
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection:
  leaderElect: true
  # the cluster's own scheduler holds the lease kube-scheduler
  resourceName: {{ .Values.name }}-scheduler
  resourceNamespace: {{ .Release.Namespace }}
clientConnection:
  qps: {{ $second.qps }}
  burst: {{ mul 2 $second.qps }}
profiles:
  - schedulerName: {{ $second.schedulerName }}
# deploy/scheduler/scheduler-config.yaml has the reasons of what follows
percentageOfNodesToScore: 100
extenders:
  {{- include "nativestor.extender" (dict "root" . "ca" "/etc/nativestor/authority" "client" "/etc/nativestor/client") | nindent 2 }}
{{- end }}

{{/* Where a webhook is called. Takes root and path. */}}
{{- define "nativestor.webhookClient" }}
admissionReviewVersions: [v1, v1beta1]
clientConfig:
  service:
    namespace: {{ .root.Release.Namespace }}
    name: {{ .root.Values.name }}
    path: {{ .path }}
    port: 443
  {{- with .root.Values.certificates.caBundle }}
  caBundle: {{ b64enc . }}
  {{- end }}
{{- end }}

{{/* Namespaces whose objects a webhook is called for. */}}
{{- define "nativestor.webhookNamespaces" }}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: [{{ append .Values.webhooks.excludedNamespaces .Release.Namespace | uniq | join ", " }}]
    - key: {{ include "nativestor.driver" . }}/webhook
      operator: NotIn
      values: [ignore]
{{- end }}

{{/* What both webhook configurations are called. */}}
{{- define "nativestor.webhookMetadata" }}
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "nativestor.labels" (dict "root" . "component" "serve") | nindent 4 }}
  {{- if eq .Values.certificates.mode "cert-manager" }}
  annotations:
    cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ .Values.name }}
  {{- end }}
{{- end }}

{{/* What pods of ours may call. */}}
{{- define "nativestor.egress" }}
egress:
  # names
  - ports:
      - { protocol: UDP, port: 53 }
      - { protocol: TCP, port: 53 }
  # the API server, at its Service's port and at its own
  - {{ if .Values.networkPolicies.apiServer -}}
    to:
      {{- range .Values.networkPolicies.apiServer }}
      - ipBlock: { cidr: {{ . }} }
      {{- end }}
    {{- else -}}
    ports:
      - { protocol: TCP, port: 443 }
      - { protocol: TCP, port: 6443 }
    {{- end }}
{{- end }}

{{/* What is called for room, as an item of `egress`. */}}
{{- define "nativestor.toService" -}}
{{- if .Values.serve.hostNetwork -}}
# no selector knows pods on networks of nodes
- ports:
{{- else -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "nativestor.selector" (dict "component" "serve") | nindent 10 }}
  ports:
{{- end }}
    - { protocol: TCP, port: {{ .Values.serve.port }} }
{{- end }}

{{/* Secret with the authority that clients of the service trust, as ca.crt. */}}
{{- define "nativestor.authoritySecret" -}}
{{ ternary (printf "%s-scheduler" .Values.name) .Values.certificates.secretName (eq .Values.certificates.mode "own") }}
{{- end }}

{{/* Secret with the certificate that clients of the service show, as tls.crt and tls.key. */}}
{{- define "nativestor.clientSecret" -}}
{{ ternary (printf "%s-scheduler" .Values.name) .Values.serve.clientCertificates.secretName (eq .Values.certificates.mode "own") }}
{{- end }}

{{/* What Prometheus shows where metrics are protected, as fields of an endpoint. */}}
{{- define "nativestor.metricsToken" -}}
{{- if .Values.metrics.protected -}}
authorization:
  credentials:
    name: {{ .Values.name }}-metrics
    key: token
{{- end -}}
{{- end }}
