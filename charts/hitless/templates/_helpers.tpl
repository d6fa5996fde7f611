{{/* Names and labels, and what more than one template needs. */}}

{{- define "hitless.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "hitless.fullname" -}}
{{- $name := include "hitless.name" . }}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $both .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "hitless.selectorLabels" -}}
app.kubernetes.io/name: {{ include "hitless.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hitless.labels" -}}
{{- $ours := include "hitless.selectorLabels" . | fromYaml }}
{{- $_ := set $ours "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") }}
{{- $_ := set $ours "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $ours "app.kubernetes.io/managed-by" .Release.Service }}
{{- merge $ours .Values.labels | toYaml }}
{{- end }}

{{/* metadata of an object: name, annotations and labels of its own; `cluster`: without a namespace. */}}
{{- define "hitless.metadata" -}}
{{- $labels := include "hitless.labels" .root | fromYaml -}}
name: {{ .name }}
{{- if not .cluster }}
namespace: {{ .root.Release.Namespace }}
{{- end }}
labels:
  {{- merge dict (default dict .labels) $labels | toYaml | nindent 2 }}
{{- with merge dict (default dict .annotations) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "hitless.crdAnnotations" -}}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict .Values.crds.keep }}
{{- with merge dict $keep .Values.annotations }}{{ toYaml . }}{{ end }}
{{- end }}

{{- define "hitless.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "hitless.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.create is false: write the name of yours into serviceAccount.name" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "hitless.secretName" -}}
{{- if and (eq .Values.certificates.mode "secret") (not .Values.certificates.secretName) }}
{{- fail "certificates.mode is secret: write the name of your Secret with tls.crt and tls.key into certificates.secretName" }}
{{- end }}
{{- default (printf "%s-tls" (include "hitless.fullname" .)) .Values.certificates.secretName }}
{{- end }}

{{/* The names that API servers may call the Service by, the one they do first. */}}
{{- define "hitless.dnsNames" -}}
{{- $name := printf "%s.%s" (include "hitless.fullname" .) .Release.Namespace }}
{{- list (printf "%s.svc" $name) (printf "%s.svc.cluster.local" $name) $name | toYaml }}
{{- end }}

{{- define "hitless.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- .Values.image.repository }}{{ ternary (printf "@%s" .Values.image.digest) (printf ":%s" $tag) (ne .Values.image.digest "") }}
{{- end }}
