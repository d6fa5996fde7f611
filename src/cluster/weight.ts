// About how many bytes a value occupies in memory: enough to keep what tenants store within bounds.

import { isObject } from '../workload/json.ts';

const perValue = 40;
const perString = 24;
const perMember = 8;

/** Stops counting when it is above `most`: a value that is too large costs no more than one that is not. */
export function weightOf(value: unknown, most = Number.POSITIVE_INFINITY): number {
  const open: unknown[] = [value];
  let weight = 0;
  while (open.length > 0 && weight <= most) {
    const one = open.pop();
    weight += ownWeight(one);
    if (weight > most) break;
    if (Array.isArray(one)) for (const item of one) open.push(item);
    else if (isObject(one)) for (const key in one) open.push(one[key]);
  }
  return weight;
}

function ownWeight(value: unknown): number {
  if (typeof value === 'string') return perString + value.length;
  if (Array.isArray(value)) return perValue + value.length * perMember;
  if (!isObject(value)) return 0;
  let weight = perValue;
  for (const key in value) weight += perMember + key.length;
  return weight;
}

/** The same text without the longer one that it may have been cut out of: that one would stay in memory with it. */
export function copied(text: string): string {
  return Buffer.from(text).toString();
}
