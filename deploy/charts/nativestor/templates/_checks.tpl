{{/* Values that contradict each other, which a schema cannot tell: each is refused with what would be right. */}}
{{- define "nativestor.check" -}}
{{- include "nativestor.checkConfigurations" . -}}
{{- include "nativestor.checkClasses" . -}}
{{- include "nativestor.checkScheduling" . -}}
{{- include "nativestor.checkCertificates" . -}}
{{- end }}

{{/* Fails where it could not be told which configuration of lvmd is for a node. */}}
{{- define "nativestor.checkConfigurations" -}}
{{- $names := dict -}}
{{- $without := list -}}
{{- $several := list -}}
{{- range .Values.lvmd.configurations -}}
{{- if hasKey $names .name -}}
{{- fail (printf "lvmd.configurations: there are two with the name %s" .name) -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- if not .nodeSelector -}}
{{- $without = append $without .name -}}
{{- else if gt (len .nodeSelector) 1 -}}
{{- $several = append $several .name -}}
{{- end -}}
{{- end -}}
{{- if gt (len $without) 1 -}}
{{- fail (printf "lvmd.configurations: %s: all but one need a nodeSelector" (join " and " $without)) -}}
{{- end -}}
{{- if and $without $several -}}
{{- fail (printf "lvmd.configurations: the nodeSelector of %s must have one label, as %s is for the nodes without it" (join " and " $several) (first $without)) -}}
{{- end -}}
{{- end }}

{{/* Fails where a StorageClass asks for what no node has, or where snapshots would never be taken. */}}
{{- define "nativestor.checkClasses" -}}
{{- $known := list -}}
{{- range .Values.lvmd.configurations -}}
{{- $configuration := . -}}
{{- range list "socket-name" "metrics-listen" -}}
{{- if and (eq $.Values.lvmd.mode "daemonset") (hasKey $configuration.config .) -}}
{{- fail (printf "lvmd.configurations: %s: leave %s out: with lvmd.mode daemonset the agent and the probes look for it where the chart puts it" $configuration.name .) -}}
{{- end -}}
{{- end -}}
{{- range index .config "device-classes" -}}
{{- $known = append $known .name -}}
{{- if not (or (index . "volume-group") (index . "volume-groups") (index . "volume-group-tag")) -}}
{{- fail (printf "lvmd.configurations: %s: device class %s: volume-group is missing" $configuration.name .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $names := dict -}}
{{- $default := "" -}}
{{- range .Values.storageClasses -}}
{{- if hasKey $names .name -}}
{{- fail (printf "storageClasses: there are two with the name %s" .name) -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- if and .default $default -}}
{{- fail (printf "storageClasses: %s and %s are both the default; let one be it" $default .name) -}}
{{- end -}}
{{- if .default -}}
{{- $default = .name -}}
{{- end -}}
{{- if and .deviceClass (ne $.Values.lvmd.mode "host") (not (has .deviceClass $known)) -}}
{{- fail (printf "storageClasses: %s has the deviceClass %s, which is in no lvmd.configurations; there: %s" .name .deviceClass (join ", " (uniq $known))) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.snapshotClasses (eq (toString .Values.controller.snapshotter.enabled) "false") -}}
{{- fail "snapshotClasses: nobody takes snapshots while controller.snapshotter.enabled is false; enable it, or leave the classes out" -}}
{{- end -}}
{{- end }}

{{/* Fails where pods would be placed by nobody who knows the room. */}}
{{- define "nativestor.checkScheduling" -}}
{{- $mode := .Values.scheduling.mode -}}
{{- if and (eq $mode "storage-capacity") (eq (toString .Values.csiDriver.storageCapacity) "false") -}}
{{- fail "csiDriver.storageCapacity: schedulers have nothing else to go by with scheduling.mode storage-capacity; leave it null, or choose another mode" -}}
{{- end -}}
{{- if and (eq $mode "second-scheduler") (eq .Values.scheduling.secondScheduler.schedulerName "default-scheduler") -}}
{{- fail "scheduling.secondScheduler.schedulerName: default-scheduler is the cluster's own; choose another name, or scheduling.mode extender, in which the cluster's scheduler asks us" -}}
{{- end -}}
{{- end }}

{{/* Fails where certificates could not be what they are to be. */}}
{{- define "nativestor.checkCertificates" -}}
{{- $certificates := .Values.certificates -}}
{{- if and (include "nativestor.serves" .) $certificates.caBundle (ne $certificates.mode "given") -}}
{{- fail (printf "certificates.caBundle: with certificates.mode %s it is filled in by itself; leave it empty, or set the mode given" $certificates.mode) -}}
{{- end -}}
{{- $leaf := include "nativestor.seconds" $certificates.own.certificateLife | int64 -}}
{{- $authority := include "nativestor.seconds" $certificates.own.authorityLife | int64 -}}
{{- if and (eq $certificates.mode "own") (lt $leaf 5) -}}
{{- fail (printf "certificates.own.certificateLife: %s must be at least 5s" $certificates.own.certificateLife) -}}
{{- end -}}
{{- if and (eq $certificates.mode "own") (lt $authority (mul 6 $leaf)) -}}
{{- fail (printf "certificates.own.authorityLife: %s must be at least six times certificateLife (%s)" $certificates.own.authorityLife $certificates.own.certificateLife) -}}
{{- end -}}
{{- if and (eq $certificates.mode "cert-manager") (le (include "nativestor.seconds" $certificates.certManager.duration | int64) (include "nativestor.seconds" $certificates.certManager.renewBefore | int64)) -}}
{{- fail (printf "certificates.certManager.renewBefore: %s must be shorter than duration (%s)" $certificates.certManager.renewBefore $certificates.certManager.duration) -}}
{{- end -}}
{{- end }}

{{/* A time such as 1h30m in seconds. */}}
{{- define "nativestor.seconds" -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+[hms]" . -1 -}}
{{- $sum = add $sum (mul (regexFind "[0-9]+" . | int64) (get (dict "h" 3600 "m" 60 "s" 1) (regexFind "[hms]" .))) -}}
{{- end -}}
{{ $sum }}
{{- end }}
