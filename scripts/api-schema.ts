// The fields of the API of apps/v1 workloads with their types, for `check`: `node scripts/api-schema.ts openapi.json 1.37` writes them. The file
// is what an API server of that version answers: `kubectl get --raw /openapi/v2 > openapi.json`. A test with a cluster compares.

import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { isObject, type Json, type JsonObject, objectAt, own } from '../src/workload/json.ts';

const target = new URL('../src/lint/manifest/api-types.ts', import.meta.url);

const roots = ['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => `io.k8s.api.apps.v1.${kind}`);

/** Types that are values in JSON, not objects. */
const values: Readonly<Record<string, string>> = {
  Time: 'time',
  Quantity: 'quantity',
  IntOrString: 'intOrString',
  FieldsV1: 'any',
};

/** The name of each type, and its fields as `name:type`; `[type]` stands for a list and `{type}` for a map from strings. */
export function apiTypesOf(openApi: JsonObject): Readonly<Record<string, string>> {
  const definitions = objectAt(openApi, 'definitions');
  const types: Record<string, string> = {};
  const queue = [...roots];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (own(types, shortName(id)) !== undefined) continue;
    const properties = Object.entries(objectAt(objectAt(definitions, id), 'properties'));
    const typed = properties.map(([name, property]) => `${name}:${typeOf(property as JsonObject, queue)}`);
    types[shortName(id)] = typed.sort().join(' ');
  }
  return Object.fromEntries(Object.entries(types).sort());
}

function shortName(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}

/** `queue` gets the ids of the types that are still to be described. */
function typeOf(property: JsonObject, queue: string[]): string {
  const { $ref, type, format, items, additionalProperties } = property;
  if (typeof $ref === 'string') {
    const id = $ref.replace('#/definitions/', '');
    const value = values[shortName(id)];
    if (value === undefined) queue.push(id);
    return value ?? shortName(id);
  }
  if (type === 'array') return `[${typeOf(items as JsonObject, queue)}]`;
  if (type === 'object') return isObject(additionalProperties) ? `{${typeOf(additionalProperties, queue)}}` : 'any';
  return `${type === 'integer' ? format : type}`;
}

// As the formatter wraps it.
const lineWidth = 120;

function sourceText(version: string, types: Readonly<Record<string, string>>): string {
  const rows = Object.entries(types).map(([name, fields]) => {
    const row = `  ${name}: '${fields}',`;
    return row.length <= lineWidth ? row : `  ${name}:\n    '${fields}',`;
  });
  return `// Made by scripts/api-schema.ts from the API server's own description: not to be edited.

/** The version of Kubernetes whose API this is. */
export const apiVersion = '${version}';

/** The fields of each type, as \`name:type\`; \`[type]\` stands for a list and \`{type}\` for a map from strings. */
export const apiTypes: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`;
}

const [, script = '', file, version] = argv;
if (script.endsWith('api-schema.ts') && file !== undefined && version !== undefined) {
  const openApi = JSON.parse(readFileSync(file, 'utf8')) as Json as JsonObject;
  writeFileSync(target, sourceText(version, apiTypesOf(openApi)));
}
