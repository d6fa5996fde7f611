// What annotations accept, rule by rule.

import type { Assessment } from '../admission/assess.ts';
import type { Diagnostic, Ignored } from './diagnostic.ts';

/** The annotation that tells to ignore the rule of a finding. */
export function ignoredByAnnotation({ ignored }: Assessment): (one: Diagnostic) => Ignored | undefined {
  return ({ rule }) => {
    const ignore = ignored.find((one) => one.rule === rule);
    if (ignore === undefined) return undefined;
    const { origin, reason } = ignore;
    return { by: 'annotation', where: origin, ...(reason !== undefined && { reason }) };
  };
}

/** A sentence for each annotation without a reason. */
export function withoutReason({ ignored }: Assessment): readonly string[] {
  return ignored.flatMap(({ origin, reason }) =>
    reason === undefined ? [`${origin} gives no reason: write into its value why the rule is ignored.`] : [],
  );
}
