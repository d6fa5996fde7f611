// Where check and the API server disagree about a manifest: a mistake that is not named, named in the wrong place or without the right
// form, or something right that is called a mistake.

import { readDocument } from '../../../src/lint/manifest/document-errors.ts';
import { workloadKindOf } from '../../../src/lint/manifest/kind-meant.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import type { Mutation } from './mutations.ts';
import type { Verdict } from './verdicts.ts';

type Errors = ReturnType<typeof readDocument>['errors'];

export function errorsIn(value: JsonObject): Errors {
  const kind = workloadKindOf(value);
  return kind === undefined ? [] : readDocument(kind, value).errors;
}

/** What is wrong, or nothing. */
export function disagreement(mutation: Mutation, verdict: Verdict): string | undefined {
  if (isOutside(mutation, verdict)) return undefined;
  const errors = errorsIn(mutation.value);
  const said = errors.map(({ message }) => message).join(' | ') || 'nothing';
  if (verdict === 'taken') return errors.length === 0 ? undefined : `called a mistake, but taken: ${said}`;
  if (errors.length === 0) return `${verdict}, but not named`;
  if (!errors.some((error) => isAbout(error, mutation))) return `${verdict}, but something else is named: ${said}`;
  if (verdict === 'dropped' && !errors.some((error) => helps(error.message, mutation)))
    return `dropped, without the right form: ${said}`;
  return undefined;
}

/** kubectl finds the API by kind and version, where the test names it; and what is of another kind is not ours. */
function isOutside({ path, what, value }: Mutation, verdict: Verdict): boolean {
  const key = path.at(-1);
  const wasOutside = path.length === 1 || what === 'moved';
  if (!wasOutside || (key !== 'kind' && key !== 'apiVersion')) return false;
  return verdict === 'taken' || workloadKindOf(value) === undefined;
}

/** At the field, in it, beside it, or at a field that goes with it and whose message names the one or what is around it. */
function isAbout({ keys, message }: Errors[number], { path }: Mutation): boolean {
  const parent = path.slice(0, -1);
  const names = path.filter((key) => typeof key === 'string').slice(-2);
  const isNear = parent.every((key, i) => keys[i] === key) || keys.every((key, i) => path[i] === key);
  return isNear || names.some((name) => message.includes(name));
}

function helps(message: string, { field, what }: Mutation): boolean {
  const named = field === undefined || message.includes(field);
  if (what === 'moved' || what === 'added') return /Move it into|Did you mean|Remove it/.test(message);
  return (named && /Did you mean|Move it into/.test(message)) || message.includes('Remove it');
}
