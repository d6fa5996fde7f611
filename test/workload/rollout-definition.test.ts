// What hitless knows of Rollouts is what their definition has: the fields with their types, and the sleep.

import { describe, expect, it } from 'vitest';
import { readObjects } from '../../src/cluster-state/readers.ts';
import { isObject, type Json, type JsonObject, objectAt } from '../../src/workload/json.ts';
import { rollout } from '../../src/workload/kinds/rollout.ts';
import { getAt } from '../../src/workload/path.ts';
import { documentsOf } from '../support/golden.ts';
import { noRolloutDefinition, rolloutDefinitionText } from '../support/rollout-definition.ts';

/** The types of values in a schema, by the names that hitless has for them. */
const forms: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  time: { type: 'string', format: 'date-time' },
  intOrString: { 'x-kubernetes-int-or-string': true },
  '[any]': { type: 'array' },
  any: {},
};

/** Where the fields of a type, and of the types in it, differ from those of a schema. */
function differences(name: string, schema: JsonObject): readonly string[] {
  const types: Readonly<Record<string, string>> = rollout.schema.types ?? {};
  const properties = objectAt(schema, 'properties');
  const fields = (types[name] ?? '').split(' ').map((field) => field.split(':') as [string, string]);
  const known = new Set(fields.map(([field]) => field));
  return [
    ...Object.keys(properties).flatMap((field) => (known.has(field) ? [] : [`${name}.${field} is not known`])),
    ...fields.flatMap(([field, type]) => {
      const property = properties[field];
      if (!isObject(property)) return [`${name}.${field} is not in the definition`];
      if (types[type] !== undefined) return differences(type, property);
      const form = forms[type] ?? { type: 'object' };
      const isRight = Object.entries(form).every(([key, value]) => property[key] === value);
      return isRight ? [] : [`${name}.${field} is not ${type}`];
    }),
  ];
}

const documents = () => documentsOf('rollout-crd.yaml', rolloutDefinitionText());

describe.skipIf(noRolloutDefinition !== '')(`the definition of Rollouts${noRolloutDefinition}`, () => {
  it('has the fields and types that hitless knows, and no others', () => {
    const [version] = getAt(documents()[0]?.value as JsonObject, 'spec.versions') as readonly Json[];
    const schema = objectAt(objectAt(version as JsonObject, 'schema'), 'openAPIV3Schema');
    expect(differences(rollout.schema.root, schema)).toEqual([]);
  });

  it('knows the sleep', () => {
    const { objects } = readObjects(documents());
    expect(objects).toMatchObject([{ value: { name: 'rollouts.argoproj.io', knowsSleep: true } }]);
  });
});
