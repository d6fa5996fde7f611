// What the API server would refuse at our fields.

import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { violations } from '../../src/workload/violations.ts';
import type { Deployment } from '../../src/workload/workload.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs of any shape are the subject here
type Any = any;

function pathsOf({ container = {}, pod = {}, ...spec }: Any): readonly string[] {
  const template = { spec: { containers: [{ name: 'web', ...container }], ...pod } };
  return violations(deployment, { metadata: {}, spec: { ...spec, template } } as unknown as Deployment).map(
    ({ path }) => path,
  );
}

const preStop = 'spec.template.spec.containers[web].lifecycle.preStop';
const probe = 'spec.template.spec.containers[web].readinessProbe';
const rolling = 'spec.strategy.rollingUpdate';
const sleep = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });

describe('a violation', () => {
  it.each<[string, Any, readonly string[]]>([
    ['none in a bare Deployment', {}, []],
    ['a sleep in a default grace period', { container: sleep(30) }, []],
    ['a sleep longer than the default', { container: sleep(31) }, [`${preStop}.sleep`]],
    [
      'a sleep longer than a written one',
      { container: sleep(6), pod: { terminationGracePeriodSeconds: 5 } },
      [`${preStop}.sleep`],
    ],
    ['a sleep of 0 in a grace period of 0', { container: sleep(0), pod: { terminationGracePeriodSeconds: 0 } }, []],
    ['a negative sleep', { container: sleep(-1) }, [`${preStop}.sleep`]],
    ['two hooks', { container: { lifecycle: { preStop: { sleep: {}, exec: {} } } } }, [preStop]],
    ['an empty hook', { container: { lifecycle: { preStop: {} } } }, [preStop]],
    ['an empty lifecycle is allowed', { container: { lifecycle: {} } }, []],
    ['two probe handlers', { container: { readinessProbe: { grpc: {}, exec: {} } } }, [probe]],
    ['a probe of numbers alone', { container: { readinessProbe: { periodSeconds: 5 } } }, [probe]],
    ['both zero', { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } }, [rolling]],
    ['maxSurge 0 beside the default', { strategy: { rollingUpdate: { maxSurge: 0 } } }, []],
    ['rollingUpdate beside Recreate', { strategy: { type: 'Recreate', rollingUpdate: {} } }, [rolling]],
    ['Recreate alone', { strategy: { type: 'Recreate' } }, []],
    ['minReadySeconds at the deadline', { minReadySeconds: 600 }, ['spec.progressDeadlineSeconds']],
    ['minReadySeconds below the deadline', { minReadySeconds: 599 }, []],
    ['a deadline of 0', { progressDeadlineSeconds: 0 }, ['spec.progressDeadlineSeconds']],
  ])('%s', (_case, spec, expected) => {
    expect(pathsOf(spec)).toEqual(expected);
  });
});
