// A rule as a contributor adds one: a record, and a section of the policy that switches it.

import type { Field } from '../../src/policy/fields.ts';
import type { Action, PolicySection, PolicySpec } from '../../src/policy/policy.ts';
import { edit, type Finding, fine, report } from '../../src/rules/finding.ts';
import type { Rule, Subject } from '../../src/rules/rule.ts';
import type { Deployment } from '../../src/workload/workload.ts';

const rule = 'made-up';
const path = 'spec.minReadySeconds';

// The type of a policy has no such section; the table of fields is mocked.
const section = 'madeUp' as PolicySection;
const settingsIn = (spec: PolicySpec) => spec[section] as { action: Action; seconds: number };

export const madeUp: Rule = {
  id: rule,
  section,
  title: 'Something made up loses requests',
  help: 'A made-up rule shows that a record is all there is to write.',
  writes: 'made-up `minReadySeconds`',
  lab: { fix: 'made-up wait', settings: { seconds: 4 }, quick: 'only' },
  apply,
};

function apply({ workload, policy }: Subject): readonly Finding[] {
  const { action, seconds } = settingsIn(policy);
  if (action === 'off') return [];
  const { replicas = 1, minReadySeconds = 0 } = (workload as Deployment).spec;
  const lonely = report(rule, 'note', { path: 'spec.replicas', message: 'one made-up replica is lonely' });
  const changes = [{ path, value: seconds }];
  const found =
    minReadySeconds >= seconds
      ? fine(rule, path, 'made up already')
      : edit(rule, action, { path, summary: `made-up ${seconds}`, message: `make up ${seconds} s`, changes });
  return replicas === 1 ? [found, lonely] : [found];
}

const seconds: Field<number> = {
  kind: 'integer',
  minimum: 1,
  maximum: 60,
  default: 7,
  description: 'A made-up number of seconds.',
};
const action: Field<Action> = { kind: 'action', default: 'fill', description: 'What to do about made-up things.' };

/** To be added to the table of fields. */
export const madeUpSection = {
  madeUp: { title: 'A made-up section.', column: 'Made-Up', fields: { action, seconds } },
};
