// `hitless audit`: prints what the rules find in the Deployments of a cluster, without changing anything.

import { annotationOf } from '../../admission/read-record.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { type OtherWorkloads, readOtherWorkloads } from '../../cluster/other-workloads.ts';
import { type Snapshot, takeSnapshot } from '../../cluster/snapshot.ts';
import { labelled, readWebhookCalls, type WebhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads, type UnreadKind } from '../../cluster/workloads.ts';
import type { JudgedWorkload } from '../../lint/diagnostic.ts';
import { judge } from '../../lint/live.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { type OutputTarget, outputsOrText } from '../../lint/reporters/outputs.ts';
import { isFailing } from '../../lint/result.ts';
import { countReach } from '../../policy/reach.ts';
import type { Severity } from '../../rules/finding.ts';
import { errorLine, noticeLine } from '../../terminal/lines.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { countOwned, type OwnedObject } from '../../workload/owned-objects.ts';
import { gapsOf } from '../gaps.ts';
import { outputMistake, writeOutputs } from '../outputs.ts';
import { type ClusterFlags, type NamespaceOptions, namespaceConflict, withCluster } from '../with-cluster.ts';
import { optInRemarks } from './opt-ins.ts';
import { type AuditResult, auditJson, auditText } from './output.ts';
import { type CopiedWorkload, flaggerCopyIn, ownedBy, ownedSentences } from './owned.ts';
import { auditReport } from './report.ts';
import { uncounted } from './uncounted.ts';
import { selectableParts, unusedPolicies } from './unused-policies.ts';

/** With one namespace or all: opted in or not. Otherwise every namespace that is opted in. */
export interface AuditOptions extends ClusterFlags, NamespaceOptions, DetailFlags {
  /** None: text to standard output. */
  readonly output: readonly OutputTarget[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** 0: nothing at or above `failOn`. 1: findings. 2: usage, no cluster, or a part that could not be read or written. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const { failOn } = options;
  const outputs = outputsOrText(options.output);
  const conflict = namespaceConflict(options) ?? (await outputMistake(outputs));
  if (conflict !== undefined) {
    terminal.err(`hitless audit: ${visible(conflict)}\n`);
    return 2;
  }
  return withCluster({ name: 'audit', options, terminal, showsReading: true }, async (api) => {
    const { seen, judged } = await read(api, options);
    const { snapshot, calls, others } = seen;
    const { unused, unread, ...audited } = judged;
    const told = gapsOf(snapshot.gaps);
    const problems = told.filter(({ grave }) => grave).map(({ message }) => ({ message }));
    const result = { ...audited, isCalled: calls.webhook !== 'absent', problems };
    const sentences = [
      ...told.map(({ message }) => message),
      ...uncounted({ ...others, unread: [...unread.filter(isNews(snapshot.gaps)).map(named), ...others.unread] }),
      ...ownedSentences(result),
      ...remarks(result, { snapshot, calls, others, options }),
      ...unused,
    ];
    const isWritten = await writeOutputs({
      ...{ outputs, terminal, options, report: auditReport(result, sentences) },
      text: (to) => [auditText(result, to, options)],
      json: () => [auditJson(result)],
    });
    const isGrave = (sentence: string) => problems.some(({ message }) => message === sentence);
    for (const sentence of sentences)
      (isGrave(sentence) ? errorLine : noticeLine)(terminal, `hitless audit: ${visible(sentence)}`);
    if (problems.length > 0 || !isWritten) return 2;
    return isFailing(severitiesIn(result), failOn) ? 1 : 0;
  });
}

/** Rollouts are read as neighbours, too, and reported there. */
function isNews(gaps: Snapshot['gaps']) {
  return ({ kind }: UnreadKind) => !gaps.some((gap) => gap.kind === 'forbidden' && gap.of === kind.kind);
}

/** @throws ApiError */
async function read(api: Api, options: AuditOptions): Promise<{ readonly seen: Seen; readonly judged: Judged }> {
  const { namespace } = options;
  try {
    const [snapshot, calls, others] = await Promise.all([
      takeSnapshot(api, namespace),
      readWebhookCalls(api),
      readOtherWorkloads(api, namespace),
    ]);
    const seen = { snapshot, calls, others, options };
    return { seen, judged: await judgeAll(api, seen) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403 || namespace !== undefined) throw error;
    throw new ApiError(403, `${error.message}; hitless audit -n NAMESPACE needs permissions in that namespace only`);
  }
}

/** Injections left behind count as a warning. */
function severitiesIn({ deployments, leftovers }: AuditResult): readonly Severity[] {
  const found = deployments.flatMap(({ diagnostics }) => diagnostics.map(({ severity }) => severity));
  return leftovers.length > 0 ? [...found, 'warning'] : found;
}

interface Seen {
  readonly snapshot: Snapshot;
  readonly calls: WebhookCalls;
  readonly others: OtherWorkloads;
  readonly options: AuditOptions;
}

interface Judged extends Omit<AuditResult, 'isCalled' | 'problems'> {
  /** A sentence for each policy that selects nothing. */
  readonly unused: readonly string[];
  /** Kinds that may not be listed, but Deployments, without which there is no audit. */
  readonly unread: readonly UnreadKind[];
}

async function judgeAll(api: Api, { snapshot, calls, others, options }: Seen): Promise<Judged> {
  const { state, namespaces, gaps } = snapshot;
  const { namespace, allNamespaces } = options;
  const modes = new Map(namespaces.map((one) => [one.name, modeOf(one, calls)]));
  const isCalledFor = callsIn(namespaces, calls);
  const isWanted = (name: string) =>
    namespace !== undefined || allNamespaces === true || (modes.get(name) ?? 'never') !== 'never';
  const deployments: JudgedWorkload[] = [];
  const leftovers: ObjectReference[] = [];
  const copies: CopiedWorkload[] = [];
  const owned: OwnedObject[] = others.owned.filter((one) => isWanted(one.namespace));
  const told = new Set<string>();
  const reach = countReach({ policies: state.policies, modeFor: (one) => modeOf(one, calls) });
  for (const one of namespaces) reach.addNamespace(one);
  const unread: UnreadKind[] = [];
  for await (const workload of allWorkloads(api, { namespace, onUnread: (one) => unread.push(one) })) {
    reach.add(selectableParts(workload));
    const { namespace: home = '', name = '(no name)' } = workload.metadata;
    if (isWanted(home)) {
      deployments.push(judge(workload, state, told));
      owned.push(...ownedBy(workload));
      copies.push(...flaggerCopyIn(workload));
    }
    if (!isCalledFor(home, kindOf(workload)) && annotationOf(workload) !== undefined)
      leftovers.push({ kind: workload.kind, namespace: home, name });
  }
  const wanted = (namespace === undefined ? [...modes.keys()] : [namespace]).filter(isWanted).toSorted();
  return {
    deployments,
    namespaces: wanted.map((name) => ({ name, mode: modes.get(name) ?? ('unknown' as const) })),
    leftovers,
    notJudged: notJudgedIn(others, isWanted),
    unread,
    owned: countOwned(owned),
    copies,
    unused: unusedPolicies(reach.result(), { gaps, namespace }),
  };
}

function named({ kind, ...refused }: UnreadKind) {
  return { kind: kind.kind, ...refused };
}

/** A namespace that could not be read counts as one that is called. */
function callsIn(namespaces: readonly Namespace[], { webhook, modeFor }: WebhookCalls) {
  const byName = new Map(namespaces.map((one) => [one.name, one]));
  return (name: string, kind: WorkloadKind) => {
    const namespace = byName.get(name);
    return webhook !== 'absent' && (namespace === undefined || modeFor(namespace, kind) !== 'never');
  };
}

function notJudgedIn({ found }: OtherWorkloads, isWanted: (namespace: string) => boolean): readonly NotJudged[] {
  const wanted = found.filter(({ namespace }) => isWanted(namespace));
  return wanted.map(({ apiVersion, reason, ...object }) => ({ object, apiVersion, reason }));
}

/** Without a webhook, the label says what the mode would be. */
function modeOf(namespace: Namespace, { webhook, modeFor: called }: WebhookCalls) {
  return webhook === 'absent' ? labelled(namespace) : called(namespace);
}

/** Sentences to know in addition to the findings. */
function remarks({ namespaces: audited }: AuditResult, { snapshot, calls, options }: Seen): readonly string[] {
  const { namespaces, gaps } = snapshot;
  const { namespace, allNamespaces } = options;
  const kinds = gaps.some(({ kind }) => kind === 'absent');
  const missing = calls.webhook === 'absent' && !kinds ? [absent] : [];
  const out = namespaces.filter((one) => labelled(one) !== 'never' && modeOf(one, calls) === 'never');
  const leftOut = out.map(
    ({ name }) => `namespace ${name} is labelled, but the webhook configuration excludes it: nothing is patched`,
  );
  const found = [...missing, ...leftOut, ...optInRemarks(namespaces)];
  if (namespace !== undefined) {
    const [one] = namespaces;
    const isOut = one !== undefined && labelled(one) === 'never';
    return isOut
      ? [...found, `namespace ${namespace} is not opted in: these are the findings it would have if it were`]
      : found;
  }
  if (audited.length > 0 || allNamespaces) return found;
  if (gaps.some(({ kind, of }) => kind === 'forbidden' && of === 'Namespace'))
    return [...found, 'choose a namespace with --namespace NAME, or all of them with --all-namespaces'];
  const none =
    'no namespace is opted in by the label hitless.dev/mode: use --all-namespaces to audit every namespace, or --namespace NAME for one';
  return leftOut.length > 0 ? found : [...found, none];
}

const absent =
  'no MutatingWebhookConfiguration calls hitless: labels have no effect, and nothing is patched; hitless status says why';
