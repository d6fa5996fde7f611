// What annotations and the configuration accept, rule by rule.

import type { Assessment } from '../admission/assess.ts';
import type { Diagnostic, Ignored } from './diagnostic.ts';

/** Who tells to ignore the rule of a finding. */
export function ignoredByRule({ ignored }: Assessment): (one: Diagnostic) => Ignored | undefined {
  return ({ rule }) => {
    const ignore = ignored.find((one) => one.rule === rule);
    if (ignore === undefined) return undefined;
    const { origin, reason, configured } = ignore;
    return { by: configured ? 'configuration' : 'annotation', where: origin, ...(reason !== undefined && { reason }) };
  };
}

/** A sentence for each annotation without a reason. */
export function withoutReason({ ignored }: Assessment): readonly string[] {
  return ignored.flatMap(({ origin, reason }) =>
    reason === undefined ? [`${origin} gives no reason: write into its value why the rule is ignored.`] : [],
  );
}
