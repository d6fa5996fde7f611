// `hitless audit`: prints what the rules find in the Deployments of a cluster, without changing anything.

import { annotationOf } from '../../admission/read-record.ts';
import type { Api } from '../../cluster/client/api.ts';
import { type Gap, type Snapshot, takeSnapshot } from '../../cluster/snapshot.ts';
import { labelled, readWebhookCalls, type WebhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads } from '../../cluster/workloads.ts';
import type { ObjectReference } from '../../lint/inputs.ts';
import { type Audited, judge } from '../../lint/live.ts';
import { isFailing } from '../../lint/result.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type ClusterFlags, type NamespaceOptions, namespaceConflict, withCluster } from '../with-cluster.ts';
import { type AuditResult, auditJson, auditText } from './output.ts';

/** With a namespace: only that one, opted in or not. Without: every namespace that is opted in. */
export interface AuditOptions extends ClusterFlags, NamespaceOptions {
  /** Also the namespaces that are not opted in. */
  readonly all?: true;
  readonly output: 'text' | 'json';
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** 0: nothing at or above `failOn`. 1: findings. 2: usage, no cluster, or a part of it that could not be read. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const { namespace, failOn } = options;
  const conflict = namespaceConflict(options);
  if (conflict !== undefined) {
    terminal.err(`hitless audit: ${conflict}\n`);
    return 2;
  }
  return withCluster({ name: 'audit', options, terminal }, async (api) => {
    const [snapshot, calls] = await Promise.all([takeSnapshot(api, namespace), readWebhookCalls(api)]);
    const audited = await judgeAll(api, { snapshot, calls, options });
    const told = gapsOf(snapshot);
    const problems = told.filter(({ grave }) => grave).map(({ message }) => ({ message }));
    const result = { ...audited, problems };
    terminal.out(options.output === 'json' ? auditJson(result) : auditText(result, terminal));
    const sentences = [...told.map(({ message }) => message), ...remarks(result, { snapshot, calls, options })];
    for (const sentence of sentences) terminal.err(`hitless audit: ${visible(sentence)}\n`);
    if (problems.length > 0) return 2;
    return isFailing(severitiesIn(result), failOn) ? 1 : 0;
  });
}

/** Injections left behind count as a warning. */
function severitiesIn({ deployments, leftovers }: AuditResult): readonly Severity[] {
  const found = deployments.flatMap(({ diagnostics }) => diagnostics.map(({ severity }) => severity));
  return leftovers.length > 0 ? [...found, 'warning'] : found;
}

interface Seen {
  readonly snapshot: Snapshot;
  readonly calls: WebhookCalls;
  readonly options: AuditOptions;
}

async function judgeAll(api: Api, { snapshot, calls, options }: Seen): Promise<Omit<AuditResult, 'problems'>> {
  const { state, namespaces } = snapshot;
  const { namespace, all } = options;
  const modes = new Map(namespaces.map((one) => [one.name, modeOf(one, calls)]));
  const isWanted = (name: string) =>
    namespace !== undefined || all === true || (modes.get(name) ?? 'never') !== 'never';
  const deployments: Audited[] = [];
  const leftovers: ObjectReference[] = [];
  const told = new Set<string>();
  for await (const workload of allWorkloads(api, namespace)) {
    const { namespace: home = '', name = '(no name)' } = workload.metadata;
    if (isWanted(home)) deployments.push(judge(workload, state, told));
    const isCalled = calls.webhook !== 'absent' && modes.get(home) !== 'never';
    if (!isCalled && annotationOf(workload) !== undefined)
      leftovers.push({ kind: workload.kind, namespace: home, name });
  }
  const wanted = (namespace === undefined ? [...modes.keys()] : [namespace]).filter(isWanted).toSorted();
  return {
    deployments,
    namespaces: wanted.map((name) => ({ name, mode: modes.get(name) ?? ('unknown' as const) })),
    leftovers,
  };
}

/** Without a webhook, the label says what the mode would be. */
function modeOf(namespace: Namespace, { webhook, modeFor: called }: WebhookCalls) {
  return webhook === 'absent' ? labelled(namespace) : called(namespace);
}

/** Findings depend on these and may be wrong without them. The other kinds need permissions beyond one namespace. */
function isGrave({ kind, of }: Gap): boolean {
  if (kind === 'mistake') return /RolloutPolicy /.test(of);
  return kind === 'forbidden' && (of === 'Service' || of === 'RolloutPolicy');
}

/** A sentence for each gap; the kinds of policy are present or absent together, so they share one. */
function gapsOf({ gaps }: Snapshot): readonly { readonly message: string; readonly grave: boolean }[] {
  const absent = gaps
    .filter(({ kind }) => kind === 'absent')
    .map(({ of }) => of)
    .toSorted();
  const others = gaps.filter((gap) => gap.kind !== 'absent');
  const told = others.map((gap) => ({ message: sentence(gap), grave: isGrave(gap) }));
  if (absent.length === 0) return told;
  const message = `the cluster does not know ${absent.join(' and ')}: hitless is not installed there, or was installed without its custom resources. Continuing with the built-in policy`;
  return [{ message, grave: false }, ...told];
}

function sentence(gap: Exclude<Gap, { kind: 'absent' }>): string {
  if (gap.kind === 'mistake') return `${gap.of} cannot be used and is left out: ${gap.reason}`;
  const without: Readonly<Record<Gap['of'], string>> = {
    Namespace: 'the labels and annotations of namespaces are unknown',
    Node: 'every node is assumed to be new enough for a native sleep',
    ClusterRolloutPolicy: 'the policies of the cluster are unknown',
    RolloutPolicy: 'the policies of the namespaces are unknown',
    Service: 'it is unknown which ports get traffic',
  };
  return `no permission to list ${gap.of} objects (${gap.reason}): ${without[gap.of]}`;
}

/** Sentences to know in addition to the findings. */
function remarks({ namespaces: audited }: AuditResult, { snapshot, calls, options }: Seen): readonly string[] {
  const { namespaces, gaps } = snapshot;
  const { namespace, all } = options;
  const kinds = gaps.some(({ kind }) => kind === 'absent');
  const missing = calls.webhook === 'absent' && !kinds ? [absent] : [];
  const out = namespaces.filter((one) => labelled(one) !== 'never' && modeOf(one, calls) === 'never');
  const leftOut = out.map(
    ({ name }) => `namespace ${name} is labelled, but the webhook configuration excludes it: nothing is patched`,
  );
  const found = [...missing, ...leftOut];
  if (namespace !== undefined) {
    const [one] = namespaces;
    const isOut = one !== undefined && labelled(one) === 'never';
    return isOut
      ? [...found, `namespace ${namespace} is not opted in: these are the findings it would have if it were`]
      : found;
  }
  if (audited.length > 0 || all) return found;
  if (gaps.some(({ kind, of }) => kind === 'forbidden' && of === 'Namespace'))
    return [...found, 'choose a namespace with --namespace NAME, or all of them with --all'];
  const none =
    'no namespace is opted in by the label hitless.dev/mode: use --all to audit every namespace, or --namespace NAME for one';
  return leftOut.length > 0 ? found : [...found, none];
}

const absent = 'the hitless webhook is not installed in this cluster: labels have no effect, and nothing is patched';
