// What was not judged, as every command says it: a line with the numbers, or every object with the reason.

import { count, number } from '../text/count.ts';
import { namedKind } from '../workload/kinds/named-kinds.ts';
import { apiGroupOf, isForeignGroup } from '../workload/kubernetes.ts';
import type { Position } from '../yaml/position.ts';
import { homeOf, type ObjectReference } from './object-reference.ts';

/** An object with pods that the rules did not judge. */
export interface NotJudged {
  readonly object: ObjectReference;
  readonly apiVersion: string;
  /** A clause. */
  readonly reason: string;
}

/** The same with its position. */
export interface LocatedNotJudged extends Position, NotJudged {
  readonly file: string;
}

/** Objects of one kind with one reason. */
export interface NotJudgedKind<One extends NotJudged> {
  /** `2 CronJobs`, or `1 Rollout of argoproj.io`. */
  readonly amount: string;
  readonly reason: string;
  readonly objects: readonly One[];
}

export function byKindAndReason<One extends NotJudged>(all: readonly One[]): readonly NotJudgedKind<One>[] {
  const groups = Map.groupBy(all, (one) => `${titleOf(one)}\n${one.reason}`);
  return Array.from(groups.values(), (objects) => {
    const [first] = objects as [One];
    return { amount: amountOf(objects.length, titleOf(first)), reason: first.reason, objects };
  });
}

/** `3 workloads not judged: 2 CronJobs, 1 Knative Service; --verbose names them.` Empty for none. */
export function notJudgedLine(all: readonly NotJudged[], names: 'some' | 'none'): string {
  if (all.length === 0) return '';
  const kinds = Array.from(Map.groupBy(all, titleOf), ([title, own]) => {
    const amount = amountOf(own.length, title);
    return names === 'none' ? amount : `${amount} (${someNames(own)})`;
  });
  const how = names === 'none' ? `; --verbose names ${all.length === 1 ? 'it' : 'them'}` : '';
  return `${count(all.length, 'workload')} not judged: ${kinds.join(', ')}${how}.`;
}

/** A line for each object, below its kind and the reason. `placeOf`: what stands before its name. Empty for none. */
export function notJudgedLines<One extends NotJudged>(
  all: readonly One[],
  placeOf: (one: One) => string,
): readonly string[] {
  if (all.length === 0) return [];
  const kinds = byKindAndReason(all).flatMap(({ amount, reason, objects }) => {
    const names = objects.map((one) => `    ${placeOf(one)}${nameOf(one)}`);
    return [`  ${amount}: ${reason}`, ...names];
  });
  return [`${count(all.length, 'workload')} not judged:`, ...kinds];
}

const mostNamed = 5;

function someNames(all: readonly NotJudged[]): string {
  const rest = all.length - mostNamed;
  const more = rest > 0 ? [`and ${number(rest)} more`] : [];
  return [...all.slice(0, mostNamed).map(nameOf), ...more].join(', ');
}

function nameOf({ object }: NotJudged): string {
  return `${homeOf(object)}/${object.name}`;
}

/** With the API that it belongs to where Kubernetes has the same name for something else. */
function titleOf({ object, apiVersion }: NotJudged): string {
  const group = apiGroupOf(apiVersion);
  const known = namedKind(group, object.kind)?.title;
  if (known !== undefined) return known;
  return isForeignGroup(group) ? `${object.kind} of ${group}` : object.kind;
}

function amountOf(amount: number, title: string): string {
  const [noun = '', group] = title.split(' of ');
  return `${count(amount, noun)}${group === undefined ? '' : ` of ${group}`}`;
}
