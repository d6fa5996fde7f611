// The part that every kind with a pod template shares: the types of its fields, and which of them we may write.
// Defaults and rules of the API server: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, validation/validation.go, 1.30 to 1.37.

import {
  defaultGraceSeconds,
  graceSeconds,
  handlersOf,
  hookHandlers,
  probeDefaults,
  probeHandlers,
  probeNumbers,
} from '../api-defaults.ts';
import type { PreStop, Probe } from '../workload.ts';
import type { Collision, Field, Placement, Shapes } from './kind.ts';

const port: Shapes = { port: 'integer or string' };
const handlers = { httpGet: port, tcpSocket: port, grpc: { port: 'integer' }, exec: { command: ['string'] } } as const;
const sleep: Shapes = { seconds: 'integer' };
const probe: Shapes = {
  ...handlers,
  ...Object.fromEntries(probeNumbers.map((number) => [number, 'integer' as const])),
  terminationGracePeriodSeconds: 'integer',
};
const container: Shapes = {
  name: 'string',
  command: ['string'],
  args: ['string'],
  ports: [{ name: 'string', containerPort: 'integer', hostPort: 'integer', protocol: 'string' }],
  resources: { limits: 'object', requests: 'object' },
  restartPolicy: 'string',
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
  lifecycle: { preStop: { ...handlers, sleep } },
};

export const metadataShape: Shapes = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  labels: 'map',
  annotations: 'map',
  deletionTimestamp: 'string',
  managedFields: ['object'],
  ownerReferences: [{ apiVersion: 'string', kind: 'string', name: 'string', controller: 'boolean' }],
};

export const podTemplateShape: Shapes = {
  metadata: { labels: 'map', annotations: 'map' },
  spec: {
    containers: [container],
    initContainers: [container],
    hostNetwork: 'boolean',
    volumes: [{ persistentVolumeClaim: 'object' }],
    affinity: 'object',
    resourceClaims: ['object'],
  },
};

export const selectorShape: Shapes = {
  matchLabels: 'map',
  matchExpressions: [{ key: 'string', operator: 'string', values: ['string'] }],
};

/** The fields of a custom resource, whose API server fills in nothing: there a value that equals a default was written as well. */
export function undefaulted(fields: readonly Field[]): readonly Field[] {
  return fields.map(({ apiDefault, omitted, ...field }) => field);
}

/** The fields of a kind that has its pod template at `template`. */
export function podTemplateFields(template: string): readonly Field[] {
  const at = `${template}.spec.containers[*]`;
  return [
    { path: `${template}.spec.terminationGracePeriodSeconds`, type: 'integer', apiDefault: defaultGraceSeconds },
    { path: `${at}.lifecycle.preStop.sleep`, type: sleep, collides: sleepCollision },
    { path: `${at}.lifecycle.preStop.exec`, type: handlers.exec, collides: hookCollision },
    ...(['httpGet', 'tcpSocket', 'grpc'] as const).map((handler) => ({
      path: `${at}.readinessProbe.${handler}`,
      type: handlers[handler],
      collides: probeCollision,
    })),
    ...probeNumbers.flatMap((number): readonly Field[] => {
      const apiDefault = probeDefaults[number];
      const field = { type: 'integer', apiDefault, ...(apiDefault === 0 && { omitted: true }) } as const;
      return [
        { ...field, path: `${at}.readinessProbe.${number}`, collides: probeCollision },
        // Read only: a readiness probe that copies the handler is never faster.
        { ...field, path: `${at}.livenessProbe.${number}`, readOnly: true },
      ];
    }),
  ];
}

/** The positions of their keys. */
export function podTemplateOrder(template: string): Readonly<Record<string, Placement>> {
  const at = `${template}.spec.containers[*]`;
  return {
    [`${template}.spec.terminationGracePeriodSeconds`]: { before: ['initContainers', 'containers'] },
    [`${at}.readinessProbe`]: { behindFirst: ['livenessProbe', 'ports'] },
    [`${at}.lifecycle`]: { behindLast: ['startupProbe', 'livenessProbe', 'readinessProbe'] },
  };
}

function hookCollision({ parent }: Collision): string | undefined {
  return handlersOf(hookHandlers, parent as PreStop).length > 1
    ? 'the author wrote another preStop handler'
    : undefined;
}

function sleepCollision(found: Collision): string | undefined {
  const another = hookCollision(found);
  if (another !== undefined) return another;
  const grace = graceSeconds(found.template);
  const seconds = (found.parent as PreStop | undefined)?.sleep?.seconds ?? 0;
  return seconds > grace ? `the author set a grace period of ${grace} s` : undefined;
}

function probeCollision({ parent }: Collision): string | undefined {
  return handlersOf(probeHandlers, parent as Probe).length > 1 ? 'the author wrote another probe handler' : undefined;
}
