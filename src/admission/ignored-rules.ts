// The rules that are to be ignored: which of the names are rules, and what an ignored one would find.

import { ignorePrefix } from '../names.ts';
import type { RuleIgnore } from '../policy/ignores.ts';
import type { Selection } from '../policy/policies.ts';
import type { Finding, Fine } from '../rules/finding.ts';
import { rules } from '../rules/rules.ts';
import { closestWord } from '../text/closest-word.ts';

const known = rules.map(({ id }) => id);

/** A rule that is ignored, with what it would find if it alone were not. */
export interface IgnoredRule extends RuleIgnore {
  readonly findings: readonly Exclude<Finding, Fine>[];
}

/** In the order of the rules. `findingsUnless`: what all rules find where nothing that ignores this one counts. */
export function ignoredRules(
  { ignores }: Selection,
  findingsUnless: (rule: string) => readonly Finding[],
): readonly IgnoredRule[] {
  if (ignores === undefined) return [];
  return known.flatMap((id) => {
    const ignore = ignores.get(id);
    if (ignore === undefined) return [];
    const own = findingsUnless(id).filter(({ rule }) => rule === id);
    return [{ ...ignore, findings: own.filter((finding) => finding.kind !== 'fine') }];
  });
}

/** What `manifest` stands for is no rule: the API server does not ask an annotation. */
const notARule = 'manifest';

/** The same selection if each name is that of a rule; otherwise without those that are not, and with a sentence about each. */
export function knownIgnores(selection: Selection, kind: string): Selection {
  const { ignores, ...others } = selection;
  if (ignores === undefined) return selection;
  const unknown = [...ignores.values()].filter(({ rule }) => !known.includes(rule));
  if (unknown.length === 0) return selection;
  const counting = new Map([...ignores].filter(([rule]) => known.includes(rule)));
  const mistakes = mistakesOf(unknown);
  const own = mistakesOf(unknown.filter(({ origin }) => origin.startsWith(`${kind} `)));
  return {
    ...others,
    ...(counting.size > 0 && { ignores: counting }),
    mistakes: [...selection.mistakes, ...mistakes],
    ownMistakes: [...selection.ownMistakes, ...own],
  };
}

// Of a workload that has more, the others would not be read.
const mostTold = 20;

function mistakesOf(unknown: readonly RuleIgnore[]): readonly string[] {
  const told = unknown.slice(0, mostTold).map(mistakeOf);
  const [last] = unknown.slice(mostTold);
  return last === undefined
    ? told
    : [...told, `${last.origin} and others under ${ignorePrefix} name no rule and are ignored.`];
}

function mistakeOf({ rule, origin }: RuleIgnore): string {
  if (rule === notARule)
    return `${origin} is ignored: what the API server would drop or refuse is corrected in the manifest, and no annotation changes that.`;
  const meant = closestWord(rule, known);
  const hint = meant === undefined ? `: the rules are ${known.join(', ')}.` : `; did you mean ${ignorePrefix}${meant}?`;
  return `${origin} names no rule and is ignored${hint}`;
}
