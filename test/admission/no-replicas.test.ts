// A workload without pods: what goes wrong once it has some is told when it is created and when it changes, because the scale
// subresource, which an autoscaler writes, calls no webhook.

import { describe, expect, it } from 'vitest';
import { clientSideApply, edit } from '../support/api-server.ts';
import { image, type Manifest, manifest, setting, strategy } from '../support/cluster/shop.ts';
import { write } from '../support/webhook.ts';

const none = (object: Manifest) => {
  object.spec.replicas = 0;
};
const labelled = (object: Manifest) => {
  object.metadata.labels = { ...object.metadata.labels, team: 'a' };
};
const unprobeable = setting({ readinessProbe: { tcpSocket: { port: 'nobody' } } });
const outage = strategy({ maxUnavailable: 1, maxSurge: 0 });
const wrong = clientSideApply(manifest(none, unprobeable, outage));

function told(object: Manifest, old?: Manifest): string[] {
  const warnings = write({ object, old }).verdict.response.warnings ?? [];
  return warnings
    .filter((line) => line.includes('once scaled up'))
    .map((line) => line.split(': ')[1] ?? '')
    .sort();
}

describe('the errors of a Deployment with 0 replicas', () => {
  const stored = write({ object: wrong }).object;

  it('are told at its creation', () => expect(told(wrong)).toEqual(['readiness-probe', 'rolling-update']));

  it('are told again with a new pod template', () =>
    expect(told(edit(stored, image('app:2')), stored)).toEqual(['readiness-probe', 'rolling-update']));

  it('are told with a new strategy, where they are about it', () =>
    expect(told(edit(stored, strategy({ maxUnavailable: '100%', maxSurge: 0 })), stored)).toEqual(['rolling-update']));

  it.each<[string, (object: Manifest) => void]>([
    ['a label', labelled],
    ['a write that changes nothing', () => undefined],
  ])('are not repeated with %s', (_what, change) => expect(told(edit(stored, change), stored)).toEqual([]));
});
