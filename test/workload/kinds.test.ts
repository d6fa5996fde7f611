// Each kind's record fits together, and says which paths may be written.

import { describe, expect, it } from 'vitest';
import { objectIn, schemaOf } from '../../src/lint/manifest/schema.ts';
import { isEditable } from '../../src/workload/editable-fields.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { kindMeant, kindNamed, workloadKinds } from '../../src/workload/kinds/kinds.ts';

describe.each(workloadKinds().map((kind) => [kind.kind, kind] as const))('the record of %s', (_name, kind) => {
  it('has each field once', () => {
    const paths = kind.fields.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('has a row for each limit that may be written and for minReadySeconds, with the default that counts', () => {
    const { strategy, minReadySeconds } = kind;
    // Without a surge nothing about the limits is written.
    if (strategy?.maxSurge === undefined) {
      expect(kind.fields.filter(({ path }) => path.startsWith(`${strategy?.path}.`))).toEqual([]);
      return;
    }
    const settings = [strategy?.maxUnavailable, strategy?.maxSurge, minReadySeconds].filter((one) => one !== undefined);
    for (const { path, default: counted } of settings) {
      const { apiDefault = counted } = kind.fieldAt(path) ?? {};
      // What its rules only report cannot be in a record either.
      const isReported = path === minReadySeconds?.path && kind.reportsOnly?.minReadySeconds !== undefined;
      expect(isEditable(kind, path), path).toBe(!isReported);
      expect(apiDefault).toEqual(counted);
    }
  });

  it('holds no field in a record that its rules only report', () => {
    const { reportsOnly = {} } = kind;
    const probe = `${kind.containerPath('web')}.readinessProbe.tcpSocket`;
    expect(isEditable(kind, probe)).toBe(reportsOnly.readinessProbe === undefined);
    expect(isEditable(kind, `${kind.containerPath('web')}.lifecycle.preStop.sleep`)).toBe(true);
  });

  it('places only keys that lead to a field of its table', () => {
    const written = kind.fields.map(({ path }) => `${path}.`);
    for (const key of Object.keys(kind.order))
      expect(
        written.some((path) => path.startsWith(`${key}.`)),
        key,
      ).toBe(true);
  });

  it('knows the parents of what may be written', () => {
    const { types } = schemaOf(kind);
    // Of a kind that is only checked, the strategy is not looked at field by field.
    const written = kind.support === 'patched' ? kind.fields : [];
    const outside = written.map(({ path }) => path).filter((path) => !kind.inTemplate(path));
    for (const path of outside) {
      const parent = path.slice(0, path.lastIndexOf('.'));
      const type = parent.split('.').reduce((name, key) => objectIn(types.get(name)?.get(key)) ?? '', kind.schema.root);
      expect(types.get(type)?.has(path.slice(parent.length + 1)), path).toBe(true);
    }
  });

  it('is found by its names', () => {
    expect(kindNamed(kind.apiVersion, kind.kind)).toBe(kind);
    // Other groups have kinds of the same name: without a version the one of Kubernetes is meant.
    const [first] = workloadKinds().filter((one) => one.kind === kind.kind);
    expect(kindMeant({ kind: kind.kind })).toBe(first);
    expect(kindNamed('v1', kind.kind)).toBeUndefined();
  });
});

describe('a path in a Deployment', () => {
  const container = 'spec.template.spec.containers';
  it.each([
    ['spec.minReadySeconds', true],
    ['spec.replicas', false],
    ['spec.strategy.type', false],
    [`${container}[web].lifecycle.preStop.sleep`, true],
    [`${container}[web].lifecycle.preStop.sleep.seconds`, false],
    [`${container}[web].lifecycle.postStart.exec`, false],
    [`${container}[web].readinessProbe.exec`, false],
    [`${container}[web].livenessProbe.periodSeconds`, false],
    [`${container}[8080].readinessProbe.grpc`, false],
    [`${container}[a]b].readinessProbe.grpc`, false],
    [`${container}[].readinessProbe.grpc`, false],
    [`${container}[*].readinessProbe.grpc`, true],
    [`${container}[web]readinessProbe.grpc`, false],
    ['spec.template.spec.initContainers[web].readinessProbe.grpc', false],
    ['__proto__', false],
  ])('%s may be written: %s', (path, expected) => {
    expect(isEditable(deployment, path)).toBe(expected);
  });
});
