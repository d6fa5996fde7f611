// Since when what decides about the workloads of a namespace has been as it is. With an earlier scan the question is only about the time
// since then, because whatever was written before was judged by it. Without one the objects tell, of which some were only touched.

import type { ScanRecord } from '../../cluster/scan-record.ts';
import { chartConditions } from '../../cluster/webhook-differences.ts';
import { enforceWebhook } from '../../names.ts';
import { version } from '../../version.ts';
import { changedAt, type TimedMetadata } from '../../workload/change-times.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Changes, markOf } from './changes.ts';

export interface SettledOptions {
  readonly changes: Changes;
  readonly configurations: readonly JsonObject[];
  /** Of the last scan, if there was one. */
  readonly before: Pick<ScanRecord, 'began' | 'fingerprints' | 'writer'> | undefined;
}

export interface Settled {
  /** Another one whenever something else decides. */
  readonly mark: string;
  /** What is written after this is judged, in milliseconds since 1970; Infinity: nothing is, because it is not known. */
  readonly sinceMs: number;
}

/** API servers and pods learn of a label or a policy a moment later, and of what was written just before a scan only the next one learns. */
const marginMs = 10_000;
/** In which the pods of another version come. */
const rolloutMs = 120_000;

/** Of a namespace for which the webhook is called in mode enforce. */
export function settledIn(namespace: Namespace, { changes, configurations, before }: SettledOptions): Settled {
  const { name, labels, annotations } = namespace;
  const own = Object.entries(annotations).filter(([key]) => key.includes('hitless.dev/'));
  const mark = markOf([sorted(Object.entries(labels)), sorted(own), changes.policiesMark(name)]);
  const changedMs = Math.max(changes.decidersChanged(name), ...configurations.map(configuredAt));
  if (before === undefined) return { mark, sinceMs: changedMs + marginMs };
  const beganMs = before.began * 1000;
  const [known, isNewVersion] = [before.fingerprints[name], before.writer !== version];
  // It may have become so just before that scan. A later change of these objects changed nothing that decides.
  const becameMs = changedMs <= beganMs ? changedMs + marginMs : 0;
  if (known === mark && !isNewVersion) return { mark, sinceMs: Math.max(beganMs - marginMs, becameMs) };
  // Something decides otherwise than at the last scan, and nothing shows since when: it was removed.
  if (known !== undefined && changedMs <= beganMs - marginMs) return { mark, sinceMs: Infinity };
  const since = changedMs + (isNewVersion ? rolloutMs : marginMs);
  return { mark, sinceMs: Math.max(since, beganMs - marginMs) };
}

function sorted(entries: readonly (readonly [string, string])[]) {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** When it was last changed but for its caBundles, which the webhook and issuers write. */
function configuredAt({ metadata }: JsonObject): number {
  const { managedFields, ...rest } = (metadata ?? {}) as TimedMetadata;
  const others = managedFields?.filter((entry) => !ownsOnlyBundles(objectAt(entry, 'fieldsV1'))) ?? [];
  return changedAt({ ...rest, managedFields: others }) ?? Infinity;
}

function ownsOnlyBundles(fields: JsonObject): boolean {
  return Object.entries(fields).every(
    ([key, below]) => isOnTheWay(key) && (!isObject(below) || ownsOnlyBundles(below as JsonObject)),
  );
}

function isOnTheWay(key: string): boolean {
  return ['.', 'f:webhooks', 'f:clientConfig', 'f:caBundle'].includes(key) || key.startsWith('k:');
}

/** Why it is not known for which workloads API servers call the webhook; undefined where it is. */
export function unknownCalls(configurations: readonly JsonObject[]): string | undefined {
  const entries = configurations
    .flatMap((one) => objectsAt(one, 'webhooks'))
    .filter(({ name }) => name === enforceWebhook);
  const names = entries.flatMap((entry) => objectsAt(entry, 'matchConditions').map(({ name }) => `${name}`));
  const own = names.filter((name) => !Object.hasOwn(chartConditions, name));
  const selects = entries.some((entry) => Object.keys(objectAt(entry, 'objectSelector')).length > 0);
  if (own.length === 0 && !selects) return undefined;
  return own.length > 0 ? `its matchConditions include ${own.join(', ')}` : 'it has an objectSelector';
}
