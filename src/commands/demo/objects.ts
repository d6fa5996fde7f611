// The Deployment of the demo as an API server shows it to a webhook: with defaults, and with what kubectl leaves behind.

import type { JsonObject } from '../../workload/json.ts';
import { setAll } from '../../workload/path.ts';
import type { Deployment } from '../../workload/workload.ts';

const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'shop/web:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  },
};

/** kubectl's own copy of the manifest. */
export const lastApplied = 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]';

/** The object that arrives for `kubectl apply` of the manifest, on CREATE. */
export function firstApply(): Deployment {
  return setAll(manifest as JsonObject, [
    { path: lastApplied, value: JSON.stringify(manifest) },
    {
      path: 'spec.strategy',
      value: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    },
    { path: 'spec.revisionHistoryLimit', value: 10 },
    { path: 'spec.progressDeadlineSeconds', value: 600 },
    {
      path: 'spec.template.spec.containers[web].ports',
      value: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    },
    { path: 'spec.template.spec.containers[web].imagePullPolicy', value: 'IfNotPresent' },
    { path: 'spec.template.spec.restartPolicy', value: 'Always' },
    { path: 'spec.template.spec.terminationGracePeriodSeconds', value: 30 },
    { path: 'spec.template.spec.dnsPolicy', value: 'ClusterFirst' },
    { path: 'status', value: {} },
  ]) as Deployment;
}

/** `kubectl label` on what is stored. */
export function relabelled(stored: Deployment): Deployment {
  return setAll(stored, [{ path: 'metadata.labels.team', value: 'checkout' }]);
}

/** `kubectl rollout restart` of what is stored. */
export function restarted(stored: Deployment): Deployment {
  const path = 'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]';
  return setAll(stored, [{ path, value: '2026-11-22T09:00:00Z' }]);
}

/** `kubectl apply` of a manifest that now has its own preStop hook: kubectl sends it merged with what is stored. */
export function withOwnHook(stored: Deployment): Deployment {
  const path = 'spec.template.spec.containers[web].lifecycle.preStop.exec';
  const exec = { command: ['/app/leave', '--wait=8s'] };
  return setAll(stored, [
    { path, value: exec },
    { path: lastApplied, value: JSON.stringify(setAll(manifest as JsonObject, [{ path, value: exec }])) },
  ]);
}

/** A request as the API server sends it. */
export function reviewOf(uid: string, object: Deployment, oldObject?: Deployment): JsonObject {
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind,
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      name: 'web',
      namespace: 'shop',
      operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
      userInfo: { username: 'developer@shop.test' },
      object,
      oldObject: oldObject ?? null,
      dryRun: false,
    },
  };
}

/** The objects folder: a namespace that opted in, a Service, and the platform team's policy. */
export function objectFiles(sleepSeconds: number): Readonly<Record<string, string>> {
  return {
    'shop.yaml': `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {hitless.dev/mode: enforce}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
`,
    'policy.yaml': `apiVersion: hitless.dev/v1alpha1
kind: ClusterRolloutPolicy
metadata: {name: platform}
spec:
  preStopSleep: {seconds: ${sleepSeconds}}
`,
  };
}
