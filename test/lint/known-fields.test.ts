// The table of the API's fields against the classes of the client library, which are generated from the API itself. The library may be
// older than the table: test/e2e/manifest.test.ts compares with a cluster.

import * as library from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { type FieldType, objectIn, schemaOf } from '../../src/lint/manifest/schema.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}
interface Class {
  readonly getAttributeTypeMap: () => readonly Attribute[];
}

const { types } = schemaOf(deployment);
const classes = library as unknown as Readonly<Record<string, Class>>;
const classOf = (type: string) => classes[`V1${type}`] ?? classes[`CoreV1${type}`];

/** Fields of the table that the library does not have yet. */
const newer: readonly string[] = [
  ...['PodSpec.evictionResponders', 'VolumeMount.bindMountOptions', 'EmptyDirVolumeSource.mode'],
  ...['GRPCAction.mode', 'HTTPGetAction.protocol', 'KeyToPath.user', 'DownwardAPIVolumeFile.user'],
  ...['ConfigMap', 'DownwardAPI', 'Projected', 'Secret'].map((name) => `${name}VolumeSource.defaultUser`),
  ...['ClusterTrustBundle', 'PodCertificate', 'ServiceAccountToken'].map((name) => `${name}Projection.user`),
];
const newerTypes: readonly string[] = ['EvictionResponder'];

const names = [...types.keys()].filter((type) => classOf(type) !== undefined);

describe('known fields', () => {
  it.each(names)('of %s are those of the API', (name) => {
    const known = classOf(name)?.getAttributeTypeMap() ?? [];
    const own = [...(types.get(name) ?? [])];
    const expected = own.filter(([field]) => !newer.includes(`${name}.${field}`));
    expect(expected.map(([field]) => field).sort()).toEqual(known.map(({ baseName }) => baseName).sort());
    for (const { baseName, type, format } of known) {
      const field = types.get(name)?.get(baseName);
      expect(libraryType(field), `${name}.${baseName}`).toContain(`${type} ${format}`.trim());
    }
  });

  it('are of types that the library has as well', () => {
    const unknown = [...types.keys()].filter((type) => classOf(type) === undefined);
    expect(unknown).toEqual(newerTypes);
  });

  it('are newer where that is said', () => {
    for (const field of newer) {
      const [type = '', name = ''] = field.split('.');
      expect(types.get(type)?.has(name), field).toBe(true);
      expect(
        classOf(type)
          ?.getAttributeTypeMap()
          .some(({ baseName }) => baseName === name),
        field,
      ).toBe(false);
    }
  });

  it('have types whose fields are known', () => {
    for (const [name, fields] of types) {
      expect(fields.size, name).toBeGreaterThan(0);
      for (const field of fields.values()) {
        const inside = objectIn(field);
        if (inside !== undefined) expect(types.has(inside), inside).toBe(true);
      }
    }
  });
});

/** What the library may call a type. */
function libraryType(type: FieldType | undefined): readonly string[] {
  if (type === undefined) return [];
  if (type.kind === 'object') return [`V1${type.name}`, `CoreV1${type.name}`];
  if (type.kind === 'list') return libraryType(type.of).map((of) => of.replace(/^\S+/, (name) => `Array<${name}>`));
  if (type.kind === 'map') return libraryType(type.of).map((of) => `{ [key: string]: ${of}; }`);
  return {
    string: ['string'],
    quantity: ['string'],
    boolean: ['boolean'],
    any: ['any'],
    time: ['Date date-time', 'V1MicroTime date-time'],
    int32: ['number int32'],
    int64: ['number int64'],
    intOrString: ['IntOrString int-or-string'],
  }[type.name];
}
