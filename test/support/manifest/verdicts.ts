// What the API server of the cluster said about each mutation, kept for the runs without a cluster: one letter each, in the order of
// the mutations, by manifest and field.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/workload/json.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';
import { type Base, bases, vocabularyOf } from './bases.ts';
import { type Mutation, mutationsOf, type Path, text } from './mutations.ts';

/** dropped: refused by strict validation, which kubectl asks for, and ignored by the API server otherwise. */
export type Verdict = 'taken' | 'dropped' | 'refused';

export interface Recorded {
  readonly kubernetes: string;
  /** A sum of what was asked: other mutations have other verdicts. */
  readonly mutations: string;
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const recordFile = new URL('../../lint/manifest/verdicts.json', import.meta.url);

const letters: Readonly<Record<Verdict, string>> = { taken: 't', dropped: 'd', refused: 'r' };

export function recorded(): Recorded {
  return JSON.parse(readFileSync(recordFile, 'utf8')) as Recorded;
}

export interface Case {
  readonly base: Base;
  readonly mutation: Mutation;
}

/** Those of pods are asked about once, in Deployments: the API server judges the pods of every kind alike. */
export function* allMutations(): Generator<Case> {
  const isOfDeployment = ({ kind }: Base) => kind === deployment;
  const deployments = bases.filter(isOfDeployment);
  yield* mutationsOf(deployments, vocabularyOf(deployments.map(({ value }) => value)));
  const others = bases.filter((base) => !isOfDeployment(base));
  const vocabulary = vocabularyOf(bases.map(({ value }) => withoutPods(value)));
  for (const base of others) yield* mutationsOf([base], vocabulary, isOutsidePods);
}

function isOutsidePods([, inSpec, ...rest]: Path): boolean {
  return inSpec !== 'template' || rest.length === 0;
}

function withoutPods(value: JsonObject): JsonObject {
  return { ...value, spec: { ...(value.spec as JsonObject), template: null } };
}

/** The verdicts as they are recorded. */
export function record(kubernetes: string, found: readonly (Case & { readonly verdict: Verdict })[]): Recorded {
  const verdicts: Record<string, Record<string, string>> = {};
  for (const { base, mutation, verdict } of found) {
    const fields = verdicts[base.name] ?? {};
    verdicts[base.name] = fields;
    const key = groupOf(mutation);
    fields[key] = (fields[key] ?? '') + letters[verdict];
  }
  return { kubernetes, mutations: sumOf(found), verdicts };
}

export function sumOf(cases: Iterable<Case>): string {
  const sum = createHash('sha256');
  for (const { base, mutation } of cases) sum.update(`${base.name} ${mutation.title}\n`);
  return sum.digest('hex').slice(0, 16);
}

/** Reads the verdicts in the order of the mutations. */
export function reader({ verdicts }: Recorded): (one: Case) => Verdict | undefined {
  const used = new Map<string, number>();
  const names = new Map(Object.entries(letters).map(([verdict, letter]) => [letter, verdict as Verdict]));
  return ({ base, mutation }) => {
    const key = groupOf(mutation);
    const at = used.get(`${base.name} ${key}`) ?? 0;
    used.set(`${base.name} ${key}`, at + 1);
    return names.get(verdicts[base.name]?.[key]?.[at] ?? '');
  };
}

/** The object around the field: what is renamed and added changes with every run of letters, what is around it does not. */
function groupOf({ path }: Mutation): string {
  return text(path.slice(0, -1));
}
