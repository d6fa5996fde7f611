// What is done for which kind, from the kinds' own records and from the list of those that are only named.

import { defaultKinds } from '../src/policy/kinds-setting.ts';
import type { WorkloadKind } from '../src/workload/kinds/kind.ts';
import { workloadKinds } from '../src/workload/kinds/kinds.ts';
import { type NamedKind, namedKinds, unknownKindReason } from '../src/workload/kinds/named-kinds.ts';

type Row = readonly [kinds: string, done: string];

/** Kinds with one reason share a row. */
export function kindRows(): readonly Row[] {
  const named = Map.groupBy(namedKinds(), ({ reason }) => reason);
  return [
    ...workloadKinds().map((kind): Row => [`\`${kind.kind}\` (\`${kind.apiVersion}\`)`, doneFor(kind)]),
    ...Array.from(named, ([reason, own]): Row => [namesOf(own), `named only: ${withCode(reason)}`]),
    ['any other object with containers', `named only: ${unknownKindReason}`],
  ];
}

function doneFor({ kind, support, reportsOnly = {}, fillsOnly }: WorkloadKind): string {
  if (support === 'checked') return 'checked, never patched';
  const reported = Object.entries(reportsOnly).map(([section, reason]) => `\`${section}\` only reports: ${reason}`);
  const raised = fillsOnly ? ['`enforce` means `fill`'] : [];
  const where = defaultKinds.includes(kind)
    ? 'unless `kinds` of the policy leaves it out'
    : 'where `kinds` of the policy names it';
  return [`checked, and patched ${where}`, ...reported, ...raised].join('; ');
}

/** `Job`, `CronJob` (`batch/v1`). */
function namesOf(kinds: readonly NamedKind[]): string {
  const byApi = Map.groupBy(kinds, ({ group, builtIn }) =>
    builtIn === undefined ? group || 'v1' : [group, builtIn.version].filter(Boolean).join('/'),
  );
  return Array.from(byApi, ([api, own]) => `${own.map(({ kind }) => `\`${kind}\``).join(', ')} (\`${api}\`)`).join(
    ', ',
  );
}

/** A command line behind a colon. */
function withCode(reason: string): string {
  return reason.replace(/(oc process .*)$/, '`$1`');
}
