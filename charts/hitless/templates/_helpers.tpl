{{/* Names and labels, and what more than one template needs. */}}

{{- define "hitless.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "hitless.fullname" -}}
{{- $name := include "hitless.name" . }}
{{- /* a release name may contain dots, the name of a Service may not */}}
{{- $release := .Release.Name | replace "." "-" }}
{{- $both := ternary $release (printf "%s-%s" $release $name) (contains $name $release) }}
{{- default $both .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "hitless.selectorLabels" -}}
{{- /* toYaml, here and elsewhere, quotes what YAML would read as a number or a boolean */ -}}
app.kubernetes.io/name: {{ include "hitless.name" . | toYaml }}
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
{{- end }}

{{- define "hitless.labels" -}}
{{- $ours := include "hitless.selectorLabels" . | fromYaml }}
{{- $_ := set $ours "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") }}
{{- $_ := set $ours "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $ours "app.kubernetes.io/managed-by" .Release.Service }}
{{- merge $ours (default dict .Values.labels) | toYaml }}
{{- end }}

{{/* metadata of an object: name, annotations and labels of its own; `cluster`: without a namespace; `namespace`: not the release's. */}}
{{- define "hitless.metadata" -}}
{{- $labels := include "hitless.labels" .root | fromYaml -}}
name: {{ .name | toYaml }}
{{- if not .cluster }}
namespace: {{ default .root.Release.Namespace .namespace }}
{{- end }}
labels:
  {{- merge dict (default dict .labels) $labels | toYaml | nindent 2 }}
{{- with merge dict (default dict .annotations) (default dict .root.Values.annotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "hitless.crdAnnotations" -}}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict .Values.crds.keep }}
{{- with merge dict $keep (default dict .Values.annotations) }}{{ toYaml . }}{{ end }}
{{- end }}

{{- define "hitless.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "hitless.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.create is false: set serviceAccount.name to the name of your own" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "hitless.secretName" -}}
{{- if and (eq .Values.certificates.mode "secret") (not .Values.certificates.secretName) }}
{{- fail "certificates.mode is secret: set certificates.secretName to the name of your Secret with tls.crt and tls.key" }}
{{- end }}
{{- /* Two names: the Secret of cert-manager stays when the pods issue their own certificate again, and it is not theirs. */}}
{{- $own := ternary "cert-manager" "tls" (eq .Values.certificates.mode "cert-manager") }}
{{- default (printf "%s-%s" (include "hitless.fullname" .) $own) .Values.certificates.secretName }}
{{- end }}

{{/* Not empty: the authorities of a certificate of your own, which the pods keep in the caBundles. */}}
{{- define "hitless.givenAuthorities" -}}
{{- if eq .Values.certificates.mode "secret" }}{{ .Values.certificates.caBundle | trim }}{{ end }}
{{- end }}

{{/* The Lease of the process that writes the status of the policies. */}}
{{- define "hitless.policyStatusLease" -}}{{ include "hitless.fullname" . }}-policy-status{{- end }}

{{/* Not empty: the pods read or write objects in their own namespace. */}}
{{- define "hitless.ownRole" -}}
{{- if and .Values.rbac.create (or (eq .Values.certificates.mode "self") .Values.policyStatus.enabled .Values.scan.enabled) }}true{{ end }}
{{- end }}

{{/* Not empty: the pods write the caBundles. */}}
{{- define "hitless.keepsBundles" -}}
{{- if or (eq .Values.certificates.mode "self") (include "hitless.givenAuthorities" .) }}true{{ end }}
{{- end }}

{{/* The names by which API servers may call the Service; the first is the one that they use. */}}
{{- define "hitless.dnsNames" -}}
{{- $name := printf "%s.%s" (include "hitless.fullname" .) .Release.Namespace }}
{{- list (printf "%s.svc" $name) (printf "%s.svc.cluster.local" $name) $name | toYaml }}
{{- end }}

{{/* Not empty: a policy limits what the account may write to the webhook configuration. It writes only where the pods keep the caBundles. */}}
{{- define "hitless.bundlePolicy" -}}
{{- if .Values.rbac.admissionPolicy }}{{ include "hitless.keepsBundles" . }}{{ end }}
{{- end }}

{{/* Not empty: the same for the Secret, which it writes only where it issues its own certificates. */}}
{{- define "hitless.secretPolicy" -}}
{{- if and .Values.rbac.admissionPolicy (eq .Values.certificates.mode "self") }}true{{ end }}
{{- end }}

{{/* Not empty: the same for the Lease. */}}
{{- define "hitless.leasePolicy" -}}
{{- if and .Values.rbac.admissionPolicy .Values.policyStatus.enabled }}true{{ end }}
{{- end }}

{{/* Not empty: the same for what the account of the scan writes. */}}
{{- define "hitless.scanPolicy" -}}
{{- if and .Values.scan.enabled .Values.rbac.admissionPolicy }}true{{ end }}
{{- end }}

{{- define "hitless.scanRecordPolicyName" -}}{{ include "hitless.fullname" . }}-scan-record{{- end }}
{{- define "hitless.reportPolicyName" -}}{{ include "hitless.fullname" . }}-reports{{- end }}
{{- define "hitless.bundlePolicyName" -}}{{ include "hitless.fullname" . }}-ca-bundles{{- end }}
{{- define "hitless.secretPolicyName" -}}{{ include "hitless.fullname" . }}-secret{{- end }}
{{- define "hitless.leasePolicyName" -}}{{ include "hitless.fullname" . }}-lease{{- end }}

{{/* Not empty: only the pods may change a caBundle. */}}
{{- define "hitless.protectsBundles" -}}
{{- if .Values.certificates.protectCaBundle }}{{ include "hitless.keepsBundles" . }}{{ end }}
{{- end }}

{{- define "hitless.protectionPolicyName" -}}{{ include "hitless.fullname" . }}-ca-bundle-protection{{- end }}

{{- define "hitless.optInPolicyName" -}}{{ include "hitless.fullname" . }}-opt-ins{{- end }}
{{- define "hitless.notCalledPolicyName" -}}{{ include "hitless.fullname" . }}-not-called{{- end }}

{{- define "hitless.byItsAccount" -}}
- name: by-the-account-of-the-pods
  expression: request.userInfo.username == 'system:serviceaccount:{{ .Release.Namespace }}:{{ include "hitless.serviceAccountName" . }}'
{{- end }}

{{- define "hitless.byTheScan" -}}
- name: by-the-account-of-the-scan
  expression: request.userInfo.username == 'system:serviceaccount:{{ .Release.Namespace }}:{{ include "hitless.scanAccountName" . }}'
{{- end }}

{{- define "hitless.celObjects" -}}
# dyn: CEL does not list the fields of an object whose type it knows
- name: new
  expression: dyn(object)
- name: old
  expression: dyn(oldObject)
{{- end }}

{{/* CEL: two maps have the same keys and values, but for those listed. (list NEW OLD KEYS) */}}
{{- define "hitless.celSame" -}}
{{- $new := index . 0 }}{{ $old := index . 1 }}{{ $free := printf "['%s']" (join "', '" (index . 2)) }}
{{- printf "%s.all(key, key in %s || (key in %s && %s[key] == %s[key]))" $new $free $old $new $old }} && {{ printf "%s.all(key, key in %s || key in %s)" $old $free $new }}
{{- end }}

{{/* Checks that the schema cannot express: each message says what to do, before anything is sent. */}}
{{- define "hitless.mistakes" -}}
{{- $ports := .Values.ports }}
{{- range $process := until (int .Values.processes) }}
{{- $plain := add (int $ports.plain) $process | int }}
{{- $name := ternary "the second process's plain port, after ports.plain," "ports.plain" (gt $process 0) }}
{{- if eq (int $ports.webhook) $plain }}
{{- fail (printf "ports.webhook and %s are both %v: the pods need two different ports" $name $plain) }}
{{- end }}
{{- if eq (int $.Values.service.port) $plain }}
{{- fail (printf "service.port and %s are both %v: the Service has both ports, so change one" $name $plain) }}
{{- end }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %v and autoscaling.maxReplicas is %v: the minimum must not exceed the maximum" .minReplicas .maxReplicas) }}
{{- end }}
{{- if and .enabled (not (dig "requests" "cpu" "" (default dict $.Values.resources))) }}
{{- fail "autoscaling is relative to resources.requests.cpu, which is not set: set it, or disable autoscaling" }}
{{- end }}
{{- end }}
{{- with .Values.clientCertificates }}
{{- if and .configMapName .secretName }}
{{- fail "clientCertificates.configMapName and clientCertificates.secretName are both set: set only the one that holds the authorities" }}
{{- end }}
{{- if and .names (not (or .configMapName .secretName)) }}
{{- fail "clientCertificates.names needs the authorities that sign those certificates: set configMapName or secretName" }}
{{- end }}
{{- end }}
{{- $names := list }}
{{- range .Values.policies }}{{ $names = append $names .name }}{{ end }}
{{- if ne (len $names) (len (uniq $names)) }}
{{- fail (printf "policies: two have the same name, and only the last would apply: %s" (join ", " $names)) }}
{{- end }}
{{- end }}

{{/* The kinds around a workload that can be left out: the name under `watch`, which is also that of the resource, kind and
    API group, and the name of the only object that is read. */}}
{{- define "hitless.watchable" -}}
- {value: horizontalPodAutoscalers, kind: HorizontalPodAutoscaler, group: autoscaling}
- {value: persistentVolumeClaims, kind: PersistentVolumeClaim, group: ''}
- {value: resourceQuotas, kind: ResourceQuota, group: ''}
- {value: limitRanges, kind: LimitRange, group: ''}
- {value: ingresses, kind: Ingress, group: networking.k8s.io}
- {value: ingressClasses, kind: IngressClass, group: networking.k8s.io}
- {value: httpRoutes, kind: HTTPRoute, group: gateway.networking.k8s.io}
- {value: gateways, kind: Gateway, group: gateway.networking.k8s.io}
- {value: targetGroupBindings, kind: TargetGroupBinding, group: elbv2.k8s.aws}
- {value: rollouts, kind: Rollout, group: argoproj.io}
- {value: customResourceDefinitions, kind: CustomResourceDefinition, group: apiextensions.k8s.io, name: rollouts.argoproj.io}
{{- end }}

{{/* The kinds that API servers send, as the value webhook.workloads has them, or all that can be patched: a rule for each API group. */}}
{{- define "hitless.workloadRules" -}}
{{- $apps := list "deployments" "statefulsets" "daemonsets" }}
{{- $argo := list "rollouts" }}
{{- $chosen := default (concat $apps $argo) .Values.webhook.workloads }}
{{- range list (list "apps" "v1" $apps) (list "argoproj.io" "v1alpha1" $argo) }}
{{- $resources := list }}
{{- range last . }}{{ if has . $chosen }}{{ $resources = append $resources . }}{{ end }}{{ end }}
{{- if $resources }}
- {apiGroups: [{{ index . 0 }}], apiVersions: [{{ index . 1 }}], resources: [{{ join ", " $resources }}]}
{{- end }}
{{- end }}
{{- end }}

{{- define "hitless.ignoredKinds" -}}
{{- $ignored := list }}
{{- range include "hitless.watchable" . | fromYamlArray }}
{{- if eq (toString (get (default dict $.Values.watch) .value)) "false" }}{{ $ignored = append $ignored .kind }}{{ end }}
{{- end }}
{{- join "," $ignored }}
{{- end }}

{{/* Every kind that is judged, also those that are never patched: a rule for each API group. */}}
{{- define "hitless.judgedRules" -}}
- {apiGroups: [apps], resources: [deployments, statefulsets, daemonsets]}
- {apiGroups: [argoproj.io], resources: [rollouts]}
- {apiGroups: [apps.kruise.io], resources: [clonesets, statefulsets, daemonsets]}
- {apiGroups: [leaderworkerset.x-k8s.io], resources: [leaderworkersets]}
- {apiGroups: [apps.openshift.io], resources: [deploymentconfigs]}
{{- end }}

{{/* A CronJob has a shorter name than other objects, because its Jobs add a number. */}}
{{- define "hitless.scanName" -}}{{ include "hitless.fullname" . | trunc 47 | trimSuffix "-" }}-scan{{- end }}

{{/* Of the reports of a scan: those of two releases have two names. */}}
{{- define "hitless.reportName" -}}{{ include "hitless.fullname" . }}{{- end }}

{{/* What owns the reports: with the rights of the scan they go when it is switched off, and without rights of the chart's with the release. */}}
{{- define "hitless.reportOwner" -}}
{{- ternary (printf "clusterrole/%s" (include "hitless.scanName" .)) (printf "mutatingwebhookconfiguration/%s" (include "hitless.fullname" .)) .Values.rbac.create }}
{{- end }}

{{- define "hitless.scanAccountName" -}}{{ default (include "hitless.scanName" .) .Values.scan.serviceAccountName }}{{- end }}

{{/* Not empty: helm uninstall asks first whether injections remain. */}}
{{- define "hitless.guards" -}}
{{- if and .Values.uninstall.guard .Values.rbac.create }}true{{ end }}
{{- end }}

{{/* Of what the Job of the guard needs, which must be there before it. */}}
{{- define "hitless.guardHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: '-10'
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end }}

{{- define "hitless.guardName" -}}{{ include "hitless.fullname" . | trunc 47 | trimSuffix "-" }}-uninstall-guard{{- end }}

{{/* Not empty: there is a helm test. It writes one of the kinds that every cluster has. */}}
{{- define "hitless.tests" -}}
{{- $sent := first (include "hitless.workloadRules" . | fromYamlArray) }}
{{- if and .Values.rbac.create (has "apps" $sent.apiGroups) }}true{{ end }}
{{- end }}

{{- define "hitless.testName" -}}{{ include "hitless.fullname" . | trunc 45 | trimSuffix "-" }}-helm-test{{- end }}

{{/* Where the test writes by dry run: the value, or a namespace that exists only while it runs. Its name is nobody else's. */}}
{{- define "hitless.testNamespace" -}}
{{- $release := printf "%s/%s" .Release.Namespace .Release.Name }}
{{- default (printf "%s-%s" (include "hitless.testName" .) ($release | sha256sum | trunc 8)) .Values.test.namespace }}
{{- end }}

{{/* Of all that the pod of the test needs: there before it, and nothing of it stays. */}}
{{- define "hitless.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: '{{ . }}'
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end }}

{{/*
  The pod of a command that runs once: root, account, container (its name), args (a list), resources; with env and graceSeconds, where they
  are given.
*/}}
{{- define "hitless.commandPodSpec" -}}
serviceAccountName: {{ .account | toYaml }}
automountServiceAccountToken: true
enableServiceLinks: false
restartPolicy: Never
{{- with .graceSeconds }}
terminationGracePeriodSeconds: {{ . }}
{{- end }}
{{- with include "hitless.imagePullSecrets" .root }}
{{ . }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . | toYaml }}
{{- end }}
securityContext:
  {{- include "hitless.podSecurityContext" .root | nindent 2 }}
containers:
  - name: {{ .container }}
    image: {{ include "hitless.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args:
      {{- range .args }}
      - {{ . | toYaml }}
      {{- end }}
    {{- with .env }}
    env:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    terminationMessagePolicy: FallbackToLogsOnError
    securityContext:
      {{- include "hitless.securityContext" .root | nindent 6 }}
    {{- with .resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Of every pod. Those of the values, or what meets the restricted level of the Pod Security Standards. */}}
{{- define "hitless.podSecurityContext" -}}
{{- if .Values.podSecurityContext }}
{{- toYaml .Values.podSecurityContext }}
{{- else -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- end }}

{{- define "hitless.securityContext" -}}
{{- if .Values.securityContext }}
{{- toYaml .Values.securityContext }}
{{- else -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
{{- end }}

{{/* A registry, as container runtimes know one by its name, is replaced by global.imageRegistry, and without one that comes first. */}}
{{- define "hitless.repository" -}}
{{- $parts := splitList "/" .Values.image.repository }}
{{- $registry := dig "imageRegistry" "" (default dict .Values.global) }}
{{- if and $registry (gt (len $parts) 1) (regexMatch "[.:]|^localhost$" (first $parts)) }}{{ $parts = rest $parts }}{{ end }}
{{- if $registry }}{{ $parts = prepend $parts (trimSuffix "/" $registry) }}{{ end }}
{{- join "/" $parts }}
{{- end }}

{{/* Those of the chart and of global values, which other charts write as names or as objects. */}}
{{- define "hitless.imagePullSecrets" -}}
{{- $secrets := list }}
{{- range concat (default list (dig "imagePullSecrets" list (default dict .Values.global))) (default list .Values.image.pullSecrets) }}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- with uniq $secrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "hitless.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- include "hitless.repository" . }}{{ ternary (printf "@%s" .Values.image.digest) (printf ":%s" $tag) (ne .Values.image.digest "") }}
{{- end }}
