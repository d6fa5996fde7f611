// The fields of log lines that are shown, and what each may hold. Names of namespaces and workloads are; what people, manifests and
// networks say is not: users, addresses, values, sentences that quote one of these.

import { constants } from 'node:os';
import { optedOutReason } from '../../admission/skip.ts';
import { auditWebhook, enforceWebhook } from '../../names.ts';
import { rules } from '../../rules/rules.ts';
import { decisionLabels } from '../../server/metric-rows.ts';
import { certificateSteps } from '../../server/metrics.ts';
import type { Json } from '../../workload/json.ts';
import { stackOf } from './error-places.ts';
import {
  anyNumber,
  date,
  firstKnowing,
  flag,
  type Keep,
  listOf,
  matching,
  oneOfWords,
  plainName,
  plainNamespacedName,
  redacted,
  versionText,
} from './keep.ts';
import { clusterKinds, modes } from './kind-words.ts';

const ruleIds: readonly string[] = rules.map(({ id }) => id);

/** Rules, separated as one of the two places has them. */
function areRules(text: string, separator: string): boolean {
  return text.split(separator).every((one) => ruleIds.includes(one));
}

const ruleList: Keep = (value) =>
  typeof value === 'string' && (value === '' || areRules(value, ' ')) ? value : redacted;

/** What stands before names of rules in the reason of a decision. */
const beforeRules = [
  'patched by ',
  'would be patched by ',
  'postponed until the pod template changes: ',
  'would be patched when the pod template changes: ',
  'no room for a record of ',
  'holds an earlier edit that cannot be removed, so nothing is written by ',
];
const whole: readonly string[] = [
  'kept what the client dropped',
  'withdrew what no longer fits',
  'the record of what was injected is corrected',
  'holds what was injected',
  'nothing to patch',
  optedOutReason,
];

function isPlain(part: string): boolean {
  if (whole.includes(part)) return true;
  return beforeRules.some((start) => part.startsWith(start) && areRules(part.slice(start.length), ', '));
}

const errorCodes = new Set(Object.keys(constants.errno));

/** Of a decision each part that quotes nothing; of a failure the HTTP status at its beginning, and codes of the system. */
const reason: Keep = (value) => {
  if (typeof value !== 'string') return redacted;
  const parts = value.split('; ');
  if (parts.some(isPlain)) return parts.map((part) => (isPlain(part) ? part : redacted)).join('; ');
  const status = /^[1-5]\d\d(?=: )/.exec(value)?.[0];
  const codes = (value.match(/\bE[A-Z]{2,20}\b/g) ?? []).filter((code) => errorCodes.has(code));
  return [...(status === undefined ? [] : [status]), ...new Set(codes), redacted].join(' ');
};

/** `Service`, `Service shop/web`. */
const objectTitle: Keep = (value) => {
  const [kind = '', name, ...rest] = typeof value === 'string' ? value.split(' ') : [];
  const isTitle = clusterKinds.includes(kind) && rest.length === 0;
  const isNamed = name === undefined || firstKnowing(plainName, plainNamespacedName)(name) === name;
  return isTitle && isNamed ? value : redacted;
};

const objects = firstKnowing(objectTitle, listOf(oneOfWords(clusterKinds)));
const signals = oneOfWords(Object.keys(constants.signals));
const webhooks = listOf(oneOfWords([enforceWebhook, auditWebhook]));
const codes = firstKnowing(anyNumber, oneOfWords([...errorCodes]), matching(/^ERR_SSL_[A-Z0-9_]+$/));

export const levels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Without `level`, `time` and `message`, which every line has. */
export const logFields: Readonly<Record<string, Keep>> = {
  uid: matching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  ...{
    kind: oneOfWords(clusterKinds),
    namespace: plainName,
    name: plainName,
    operation: oneOfWords(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
  },
  ...{ dryRun: flag, mode: oneOfWords(modes), decision: oneOfWords(decisionLabels), reason, rules: ruleList },
  ...{
    milliseconds: anyNumber,
    seconds: anyNumber,
    times: anyNumber,
    fields: anyNumber,
    count: anyNumber,
    lines: anyNumber,
  },
  ...{ cutOff: anyNumber, drainSeconds: anyNumber, mistakes: anyNumber, code: codes, exists: flag, entries: webhooks },
  ...{ of: objects, without: objects, id: objectTitle, step: oneOfWords(certificateSteps), signal: signals },
  ...{
    notAfter: date,
    version: versionText,
    lease: plainNamespacedName,
    record: plainNamespacedName,
    configuration: plainName,
  },
  err: stackOf,
};

const others = ['user', 'manager', 'caller', 'first', 'warning', 'why', 'server', 'access', 'https', 'plain'] as const;

/** These are there, and what they hold is not shown. */
export const hiddenFields: readonly string[] = [...others, 'names', 'file', 'line', 'mistake', 'reasons', 'documents'];

export type ShownLine = Readonly<Record<string, Json>>;
