// Requests and limits that the API server refuses.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, 1.37.

import { type Json, type JsonObject, objectAt } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type Keys, type ManifestError } from '../mistake.ts';
import { labelKeyFormat } from './names.ts';

const standard = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;

export function resourceErrors({ type, keys, value, parent }: Visit): readonly ManifestError[] {
  if (type !== 'ResourceRequirements') return [];
  const limits = objectAt(value, 'limits');
  const requests = objectAt(value, 'requests');
  const isOfPod = parent?.type === 'PodSpec';
  const own = [...amounts(limits, [...keys, 'limits'], isOfPod), ...amounts(requests, [...keys, 'requests'], isOfPod)];
  return own.length > 0 ? own : againstLimits(requests, limits, [...keys, 'requests']);
}

function amounts(resources: JsonObject, keys: Keys, isOfPod: boolean): readonly ManifestError[] {
  return Object.entries(resources).flatMap(([name, amount]) => {
    const wrong =
      (isOfPod ? podMistake(name) : undefined) ?? nameMistake(name) ?? amountMistake(name, amountOf(amount));
    return wrong === undefined ? [] : [{ keys: [...keys, name], message: `${dottedPath(keys)}[${name}] ${wrong}` }];
  });
}

function podMistake(name: string): string | undefined {
  return /^(?:cpu|memory|hugepages-.+)$/.test(name)
    ? undefined
    : 'is not a resource of whole pods, which have cpu, memory and hugepages-<size>: move it into a container';
}

function nameMistake(name: string): string | undefined {
  if (!name.includes('/') && !standard.test(name))
    return 'is not a resource: the API server knows cpu, memory, ephemeral-storage, hugepages-<size> and names with a domain';
  return labelKeyFormat(name) === undefined ? undefined : 'is not a name that a resource may have';
}

function amountMistake(name: string, amount: number): string | undefined {
  if (amount < 0) return 'must not be negative';
  return isDevice(name) && !Number.isInteger(amount) ? 'must be a whole number' : undefined;
}

function againstLimits(requests: JsonObject, limits: JsonObject, keys: Keys): readonly ManifestError[] {
  return Object.entries(requests).flatMap(([name, amount]) => {
    const wanted = amountOf(amount);
    const limit = limits[name] === undefined ? undefined : amountOf(limits[name]);
    const isExact = isDevice(name) || name.startsWith('hugepages-');
    const wrong = exceeds(wanted, limit, isExact);
    return wrong === undefined ? [] : [{ keys: [...keys, name], message: `${dottedPath(keys)}[${name}] ${wrong}` }];
  });
}

function exceeds(wanted: number, limit: number | undefined, isExact: boolean): string | undefined {
  if (limit === undefined) return isExact ? 'requires a limit of the same amount' : undefined;
  if (isExact) return wanted === limit ? undefined : 'must be equal to its limit';
  return wanted > limit ? 'is more than its limit' : undefined;
}

/** A resource that is counted, such as example.com/gpu. */
function isDevice(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity as a number; it was checked before. */
export function amountOf(value: Json | undefined): number {
  const [, digits = '0', suffix = ''] = /^\s*([-+]?[\d.]+)([A-Za-z]*)/.exec(`${value}`) ?? [];
  const factor = factors[suffix];
  return factor === undefined ? Number(`${value}`) : Number(digits) * factor;
}
