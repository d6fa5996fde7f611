// What rules read of Argo Rollouts around a workload.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import { rollout } from '../workload/kinds/rollout.ts';
import type { RolloutDefinition } from '../workload/neighbours.ts';
import { at, type Metadata } from './document.ts';

/** Of a Rollout: what decides how its pods are replaced. Steps and analyses are long, and do not. */
export function rolloutSpec(document: JsonObject): JsonObject {
  const ways = ['canary', 'blueGreen'].flatMap((way) => {
    const written = at(document, 'spec', 'strategy', way);
    return isObject(written) ? [[way, pick(written, strategyFields)] as const] : [];
  });
  const spec = at(document, 'spec');
  return { ...pick(isObject(spec) ? spec : {}, specFields), strategy: Object.fromEntries(ways) };
}

const specFields = ['replicas', 'restartAt'];
const strategyFields = ['maxUnavailable', 'maxSurge', 'scaleDownDelaySeconds', 'dynamicStableScale', 'trafficRouting'];

function pick(object: JsonObject, fields: readonly string[]): JsonObject {
  const found = fields.flatMap((field) => {
    const value = object[field] ?? null;
    // Of an object only its presence counts.
    return value === null ? [] : [[field, isObject(value) ? {} : value] as const];
  });
  return Object.fromEntries(found);
}

/** Of the definition of Rollouts; undefined for every other one. */
export function rolloutDefinition(document: JsonObject, { name }: Metadata): RolloutDefinition | undefined {
  if (name !== `${rollout.resource}.${rollout.group}`) return undefined;
  const versions = at(document, 'spec', 'versions');
  const served = (Array.isArray(versions) ? versions : []).find((one) => isObject(one) && one.name === rollout.version);
  if (!isObject(served)) return undefined;
  return { name, namespace: '', knowsSleep: knows(at(served, 'schema', 'openAPIV3Schema'), wayToSleep) };
}

const wayToSleep = `${rollout.template}.spec.containers.[].lifecycle.preStop.sleep`.split('.');

/** True where a field is in the schema, or where the schema keeps what it does not know. */
function knows(schema: Json | undefined, [key, ...rest]: readonly string[]): boolean {
  if (!isObject(schema)) return false;
  if (key === undefined) return true;
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return true;
  return knows(key === '[]' ? schema.items : at(schema, 'properties', key), rest);
}
