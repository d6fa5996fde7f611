// An object in a cluster is valid; the author's own part of it may not be.

import { describe, expect, it } from 'vitest';
import { hiddenViolations } from '../../src/lint/hidden-violations.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import type { Workload } from '../../src/workload/workload.ts';

const grace = 'spec.template.spec.terminationGracePeriodSeconds';

/** The author wrote a sleep of 20 s and a grace period of 10 s, which hitless raised. */
function stored(metadata: object): Workload {
  const record = JSON.stringify({ [grace]: 40, was: { [grace]: 10 } });
  const lifecycle = { preStop: { sleep: { seconds: 20 } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { 'hitless.dev/injected': record }, ...metadata },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { terminationGracePeriodSeconds: 40, containers: [{ name: 'web', image: 'web:1', lifecycle }] },
      },
    },
  };
}

describe('hidden violations', () => {
  it('are those of the author’s document', () => {
    expect(hiddenViolations(deployment, stored({ resourceVersion: '7' }))).toEqual([
      {
        path: 'spec.template.spec.containers[web].lifecycle.preStop.sleep',
        message:
          'without what hitless wrote earlier the API server would refuse spec.template.spec.containers[web].lifecycle.preStop.sleep: a sleep of 20 s is longer than the grace period of 10 s',
      },
    ]);
  });

  it('are none of a manifest, which is the author’s as it stands', () => {
    expect(hiddenViolations(deployment, stored({}))).toEqual([]);
  });

  it('are none where the record is gone', () => {
    expect(hiddenViolations(deployment, stored({ resourceVersion: '7', annotations: {} }))).toEqual([]);
  });
});
