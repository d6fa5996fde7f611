// The setting `kinds` of a policy: which kinds of workloads are patched. The others are judged in audit mode.

import { closestWord } from '../text/closest-word.ts';
import { listed } from '../text/list.ts';
import { kindByWord } from '../workload/kinds/kind-words.ts';
import { patchableKinds } from '../workload/kinds/kinds.ts';
import { builtInOrigin, type ResolvedPolicy } from './policy.ts';

/** Its path in origins and locks. */
export const kindsPath = 'kinds';

export const defaultKinds: readonly string[] = ['Deployment'];

export const kindsDescription =
  'The kinds of workloads that are patched. The others are only reported, and an empty list patches nothing.';

/** The kinds that it may name. */
export function kindChoices(): readonly string[] {
  return patchableKinds().map(({ kind }) => kind);
}

export function allowedKinds(): string {
  return `a list with any of ${kindChoices().join(', ')}`;
}

/** The kind that was probably meant, also where it is named as to kubectl: `sts`, `deployments`. */
export function closestKind(word: string): string | undefined {
  const known = kindChoices();
  const named = kindByWord(word)?.kind;
  return named !== undefined && known.includes(named) ? named : closestWord(word, known);
}

/** Of a kind that no policy can name. */
export function neverPatched(kind: string): string {
  return `${kind}s are only reported: hitless checks this kind and never writes to it`;
}

/** Why workloads of a kind are judged in audit mode; undefined for one that is patched. */
export function onlyReported({ kinds, origins }: ResolvedPolicy, kind: string): string | undefined {
  if (kinds.includes(kind)) return undefined;
  const origin = origins[kindsPath];
  const cause =
    origin === undefined || origin === builtInOrigin
      ? `no policy names them in kinds, and the built-in default is ${kindsText(kinds)}`
      : `kinds of ${origin} ${kinds.length === 0 ? 'is empty' : `names ${kindsText(kinds)}`}`;
  return `${kind}s are only reported: ${cause}`;
}

function kindsText(kinds: readonly string[]): string {
  return listed(kinds);
}
