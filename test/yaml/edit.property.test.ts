// The editor over generated Deployments in many hands: the result says what is wanted, and the rest is where it was.

import { diffLines } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/rules/finding.ts';
import type { Json, JsonObject } from '../../src/workload/json.ts';
import { deployment as deploymentKind } from '../../src/workload/kinds/deployment.ts';
import { setAt } from '../../src/workload/path.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { editText } from '../../src/yaml/edit.ts';
import { dice, type Hand, write } from '../support/yaml-style.ts';

const { order } = deploymentKind;

const hand: fc.Arbitrary<Hand> = fc.record({
  unit: fc.constantFrom(2, 4),
  flatLists: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  endsWithNewline: fc.boolean(),
  flow: fc.constantFrom(0, 0, 1, 3, 10),
  comments: fc.constantFrom(0, 1, 5),
  quotes: fc.constantFrom(0, 2, 9),
});

const probe = fc.record({
  httpGet: fc.record({ path: fc.constantFrom('/', '/a b', 'x: y'), port: fc.constantFrom(80, 'http') }),
});
const container = (name: string): fc.Arbitrary<JsonObject> =>
  shuffled(
    fc.record(
      {
        name: fc.constant(name),
        image: fc.constantFrom('web:1', 'registry.example/web@sha256:00'),
        ports: fc.constant([{ containerPort: 80, name: 'http' }]),
        env: fc.constant([{ name: 'A', value: 'b # c' }]),
        livenessProbe: probe,
        readinessProbe: probe,
        lifecycle: fc.constantFrom(
          {},
          null,
          { postStart: { exec: { command: ['date'] } } },
          { preStop: { sleep: { seconds: 1 } } },
        ),
      },
      { requiredKeys: ['name', 'image'] },
    ),
  );

function shuffled(arbitrary: fc.Arbitrary<object>): fc.Arbitrary<JsonObject> {
  return arbitrary.chain((object) => {
    const entries = Object.entries(object as JsonObject);
    return fc.shuffledSubarray(entries, { minLength: entries.length }).map((all) => Object.fromEntries(all));
  });
}

const podSpec = shuffled(
  fc.record(
    {
      containers: fc.tuple(container('web'), container('side')),
      restartPolicy: fc.constant('Always'),
      terminationGracePeriodSeconds: fc.constantFrom(5, 30),
    },
    { requiredKeys: ['containers'] },
  ),
);
const spec = shuffled(
  fc.record(
    {
      replicas: fc.constant(2),
      selector: fc.constant({ matchLabels: { app: 'web' } }),
      strategy: fc.constantFrom({}, null, { type: 'RollingUpdate' }, { rollingUpdate: { maxSurge: '25%' } }),
      template: fc.record({ metadata: fc.constant({ labels: { app: 'web' } }), spec: podSpec }),
    },
    { requiredKeys: ['selector', 'template'] },
  ),
);
const deployment = spec.map(
  (it): JsonObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: it }),
);

const changes = fc.shuffledSubarray(
  ['web', 'side']
    .flatMap((name): Change[] => [
      { path: `spec.template.spec.containers[${name}].readinessProbe.tcpSocket`, value: { port: 'http' } },
      { path: `spec.template.spec.containers[${name}].readinessProbe.periodSeconds`, value: 1 },
      { path: `spec.template.spec.containers[${name}].lifecycle.preStop.exec`, value: { command: ['sleep', '10'] } },
      { path: `spec.template.spec.containers[${name}].lifecycle.preStop.sleep.seconds`, value: 9 },
    ])
    .concat([
      { path: 'spec.template.spec.terminationGracePeriodSeconds', value: 45 },
      { path: 'spec.strategy.rollingUpdate.maxUnavailable', value: 0 },
      { path: 'spec.strategy.rollingUpdate.maxSurge', value: '50%' },
      { path: 'spec.strategy.type', value: 'RollingUpdate' },
      { path: 'spec.minReadySeconds', value: 5 },
    ]),
);

describe('the editor, whatever the hand', () => {
  it('writes what is wanted and keeps every line and comment that it need not touch', () => {
    fc.assert(
      fc.property(deployment, hand, fc.integer(), changes, (value, style, seed, wanted) => {
        const text = write(value, style, dice(seed));
        const { documents, problems } = readDocuments('f.yaml', text);
        expect(problems).toEqual([]);
        expect(documents.map((document) => document.value)).toEqual([value]);
        const { text: after, refused } = editText(
          text,
          documents,
          new Map(documents.map((one) => [one, { changes: wanted, order }])),
        );
        expect([...refused.values()]).toEqual([]);
        const expected = wanted.reduce((now, change) => setAt(now, change.path, change.value), value);
        expect(readDocuments('f.yaml', after).documents.map((one): Json => one.value)).toEqual([expected]);
        expect(commentsOf(after)).toEqual(commentsOf(text));
        expect(after.endsWith('\n')).toBe(text.endsWith('\n'));
        expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(text));
        for (const line of removed(text, after)) expect(line).toMatch(mayGo);
      }),
      { numRuns: 1500 },
    );
  }, 120_000);

  it('gives the same bytes when nothing is wanted', () => {
    fc.assert(
      fc.property(deployment, hand, fc.integer(), (value, style, seed) => {
        const text = write(value, style, dice(seed));
        const { documents } = readDocuments('f.yaml', text);
        expect(editText(text, documents, new Map(documents.map((one) => [one, { changes: [], order }]))).text).toBe(
          text,
        );
      }),
    );
  });
});

/** What is in braces, or empty, or one of the scalars that are wanted otherwise. */
const mayGo = /[{}]|["']?(lifecycle|strategy|terminationGracePeriodSeconds|maxSurge|seconds|periodSeconds)["']?:|^$/;

function commentsOf(text: string): string[] {
  return text.match(/# comment \d+/g) ?? [];
}

function removed(before: string, after: string): string[] {
  const whole = (text: string) => `${text.replaceAll('\r', '')}\n`;
  const gone = diffLines(whole(before), whole(after)).filter((part) => part.removed);
  return gone.flatMap((part) => part.value.split('\n'));
}
