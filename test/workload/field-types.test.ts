// Are the fields that we read of the API's types?

import { describe, expect, it } from 'vitest';
import { fieldTypeErrors, missingParts } from '../../src/workload/field-types.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of any shape are the subject here
type Any = any;

function deployment(container: Any, spec: Any = {}): Any {
  return { spec: { ...spec, template: { spec: { containers: [{ name: 'web', ...container }] } } } };
}

describe('a Deployment', () => {
  it.each<[string, Any]>([
    ['with one container', deployment({})],
    ['with fields that we do not read', deployment({ env: 'none of ours', future: [1] })],
    ['with nulls for absent fields', deployment({ ports: null, lifecycle: null }, { strategy: null })],
    ['with ports by name and number', deployment({ livenessProbe: { httpGet: { port: 'http' }, grpc: { port: 1 } } })],
  ])('%s is right', (_case, value) => {
    expect(fieldTypeErrors(kind, value)).toEqual([]);
  });

  it.each<[string, Any, string, string, string]>([
    ['no spec', {}, 'spec.template.spec.containers', 'nothing', 'a list of at least one container'],
    ['a list', [], '', 'a list', 'an object'],
    ['replicas as text', deployment({}, { replicas: '3' }), 'spec.replicas', 'string "3"', 'a whole number'],
    [
      'a port as text',
      deployment({ ports: [{ containerPort: '80' }] }),
      'spec.template.spec.containers[0].ports[0].containerPort',
      'string "80"',
      'a whole number',
    ],
    [
      'a map for a list',
      deployment({ ports: { http: 80 } }),
      'spec.template.spec.containers[0].ports',
      'an object',
      'a list',
    ],
    [
      'a null in a list',
      deployment({ command: ['a', null] }),
      'spec.template.spec.containers[0].command[1]',
      'null',
      'an item',
    ],
    [
      'no name',
      deployment({ name: null }),
      'spec.template.spec.containers',
      'a container without a name',
      'a list of containers with names',
    ],
    [
      'a number as annotation',
      { metadata: { annotations: { a: 1 } }, ...deployment({}) },
      'metadata.annotations',
      'an object',
      'a map of strings to strings',
    ],
  ])('with %s is told what it should be', (_case, value, path, found, allowed) => {
    const mistakes = fieldTypeErrors(kind, value);
    expect(mistakes.length === 0 ? missingParts(kind, value) : mistakes).toEqual([{ path, found, allowed }]);
  });
});
