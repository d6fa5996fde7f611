// Everything that a scan reads: the state of the cluster, what the webhook is called for, and each workload of the namespaces that opted in,
// judged as `audit` does it.

import { namespaceOf, policyOf } from '../../admission/context.ts';
import type { Api } from '../../cluster/client/api.ts';
import type { NamespaceReport, ReportResult } from '../../cluster/reports/report.ts';
import type { ScanRecord } from '../../cluster/scan-record.ts';
import { type Snapshot, takeSnapshot } from '../../cluster/snapshot.ts';
import { labelled, type ModeFor, readConfigurations, webhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads, type UnreadKind } from '../../cluster/workloads.ts';
import type { Acceptance } from '../../lint/acceptance/acceptance.ts';
import { judge } from '../../lint/live.ts';
import type { JsonObject } from '../../workload/json.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import type { Workload } from '../../workload/workload.ts';
import { type Changes, createChanges } from './changes.ts';
import { createMissSearch, type Miss, type MissSearch } from './misses.ts';
import { compareResults, resultsOf } from './results.ts';
import { settledIn, unknownCalls } from './settled.ts';

export interface ReadOptions {
  readonly api: Api;
  /** The most that the installation does. */
  readonly cap: 'enforce' | 'audit';
  /** Of the last scan, if there was one. */
  readonly before: ScanRecord | undefined;
  /** The API server's time, in milliseconds since 1970. */
  readonly beganMs: number;
  /** What accepts findings besides annotations. */
  readonly acceptance: Acceptance;
}

export interface ScanFindings {
  readonly reports: readonly NamespaceReport[];
  readonly workloads: number;
  readonly misses: readonly Miss[];
  readonly fingerprints: ScanRecord['fingerprints'];
  readonly beganMs: number;
  readonly gaps: Snapshot['gaps'];
  readonly unread: readonly UnreadKind[];
  /** Sentences about misses that were not looked for. */
  readonly remarks: readonly string[];
}

/** @throws ApiError, or Error for no answer */
export async function readFindings(options: ReadOptions): Promise<ScanFindings> {
  const { api, beganMs } = options;
  const changes = createChanges();
  const [snapshot, configurations] = await Promise.all([
    takeSnapshot(api, undefined, changes.note),
    readConfigurations(api),
  ]);
  const calls = webhookCalls(configurations);
  const modeFor: ModeFor = calls.webhook === 'absent' ? labelled : calls.modeFor;
  const optedIn = new Map(snapshot.namespaces.filter((one) => modeFor(one) !== 'never').map((one) => [one.name, one]));
  const scope = { ...options, snapshot, changes, configurations, modeFor, optedIn };
  const { fingerprints, remarks, search } = openSearch(scope);
  const judged = await judgeAll(scope, search);
  return { ...judged, fingerprints, beganMs, gaps: snapshot.gaps, remarks: [...remarks] };
}

interface Scope extends ReadOptions {
  readonly snapshot: Snapshot;
  readonly changes: Changes;
  readonly configurations: readonly JsonObject[];
  readonly modeFor: ModeFor;
  readonly optedIn: ReadonlyMap<string, Namespace>;
}

type Judged = Pick<ScanFindings, 'reports' | 'workloads' | 'misses' | 'unread'>;

async function judgeAll(
  { api, cap, acceptance, snapshot, modeFor, optedIn }: Scope,
  search?: MissSearch,
): Promise<Judged> {
  const { state } = snapshot;
  const unread = new Map<string, UnreadKind>();
  const results = new Map<string, ReportResult[]>(Array.from(optedIn.keys(), (name) => [name, []]));
  const misses: Miss[] = [];
  const judging = { state, acceptance, told: new Set<string>() };
  let workloads = 0;
  for await (const workload of workloadsOf(api, [...optedIn.keys()], (one) => unread.set(one.kind.kind, one))) {
    const namespace = optedIn.get(workload.metadata.namespace ?? '');
    if (namespace === undefined) continue;
    workloads += 1;
    const kind = kindOf(workload);
    const called = modeFor(namespace, kind);
    const mode = called === 'enforce' ? cap : called;
    const miss = mode === 'enforce' ? await search?.look(workload) : undefined;
    if (miss !== undefined) misses.push(miss);
    const { policy } = policyOf(state, namespaceOf(state, namespace.name), { kind, object: workload });
    const found = resultsOf({ workload, judged: judge(workload, judging), policy, mode, miss });
    results.get(namespace.name)?.push(...found);
  }
  const filled = [...results].filter(([, all]) => all.length > 0);
  const reports = filled.map(([namespace, all]) => ({ namespace, results: all.toSorted(compareResults) }));
  return { reports, workloads, misses, unread: [...unread.values()] };
}

interface OpenSearch {
  readonly fingerprints: ScanRecord['fingerprints'];
  readonly remarks: Set<string>;
  /** Absent where misses cannot be told from what was never asked for. */
  readonly search?: MissSearch;
}

function openSearch({ api, cap, before, snapshot, changes, configurations, modeFor, optedIn }: Scope): OpenSearch {
  const remarks = new Set<string>();
  // Without a configuration, and without an earlier scan, hitless may never have been installed.
  if (cap === 'audit' || (configurations.length === 0 && before === undefined)) return { fingerprints: {}, remarks };
  const why = unknownCalls(configurations);
  if (why !== undefined) {
    remarks.add(
      `what the webhook missed is not looked for: for which workloads it is called is not known, because ${why}`,
    );
    return { fingerprints: {}, remarks };
  }
  const enforcing = [...optedIn.values()].filter((one) => modeFor(one) === 'enforce');
  // The webhook goes on with the last valid version of what cannot be used.
  const unusable = snapshot.gaps.filter(({ kind }) => kind === 'mistake').map(({ of }) => of);
  const settled = new Map(enforcing.map((one) => [one.name, settledIn(one, { changes, configurations, before })]));
  const search = createMissSearch({
    ...{ api, changes, state: snapshot.state, known: before?.missedUids ?? {} },
    settledMs: (namespace) =>
      unusable.some((of) => concerns(of, namespace)) ? Infinity : (settled.get(namespace)?.sinceMs ?? Infinity),
    onUndated: () => remarks.add(undated),
  });
  return { fingerprints: Object.fromEntries(Array.from(settled, ([name, { mark }]) => [name, mark])), remarks, search };
}

/** `Service shop/web`, all of `Service shop`, or what counts for every namespace: `ClusterRolloutPolicy default`. */
function concerns(unusable: string, namespace: string): boolean {
  const [kind, where = ''] = unusable.split(' ');
  return kind === 'ClusterRolloutPolicy' || where === namespace || where.startsWith(`${namespace}/`);
}

const undated =
  'no permission to list ReplicaSets and ControllerRevisions: that the webhook missed a later change of a pod template cannot be found';

// With more namespaces than this, one list of the whole cluster is the smaller number of requests.
const mostLists = 20;

async function* workloadsOf(
  api: Api,
  namespaces: readonly string[],
  onUnread: (unread: UnreadKind) => void,
): AsyncGenerator<Workload, void, undefined> {
  const places = namespaces.length > mostLists ? [undefined] : namespaces;
  for (const namespace of places) yield* allWorkloads(api, { namespace, onUnread });
}
