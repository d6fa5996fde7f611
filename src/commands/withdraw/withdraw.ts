// `hitless withdraw`: removes injections from Deployments, at once or with their next pod template, before a namespace opts out.

import { annotationOf } from '../../admission/read-record.ts';
import type { WebhookMode, WithdrawWhen } from '../../admission/withdrawal.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { readNamespaces } from '../../cluster/snapshot.ts';
import { labelled, readWebhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads, type UnreadKind } from '../../cluster/workloads.ts';
import { countByKind, shortTitle } from '../../lint/object-reference.ts';
import { confirm } from '../../terminal/confirm.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { readTypeAndName } from '../../workload/kinds/kind-words.ts';
import { kindOf, patchableKinds } from '../../workload/kinds/kinds.ts';
import { flaggerCopyOf } from '../../workload/owner.ts';
import type { Workload } from '../../workload/workload.ts';
import { type ClusterFlags, type NamespaceOptions, namespaceConflict, withCluster } from '../with-cluster.ts';
import { planOf, type Result, type Task, withdrawOne } from './one-workload.ts';
import { type FlaggerCopyIn, withdrawJson, withdrawText } from './output.ts';
import { findRemaining, remainingJson, remainingText } from './remaining.ts';

export interface WithdrawOptions extends ClusterFlags, NamespaceOptions {
  readonly when: WithdrawWhen;
  /** Do not ask before pods roll. */
  readonly yes?: true;
  /** Only say which workloads hold injections. */
  readonly check?: true;
  /** The API server validates every write and stores none. */
  readonly dryRun?: true;
  readonly output: 'text' | 'json';
}

/** 0: done, or nothing to do. 1: a workload keeps its injections, or the user declined. 2: usage, or no cluster. */
export async function withdraw(
  names: readonly string[],
  options: WithdrawOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const mistake = misuse(names, options);
  if (mistake !== undefined) {
    terminal.err(`hitless withdraw: ${mistake}\n`);
    return 2;
  }
  return withCluster({ name: 'withdraw', options, terminal, showsReading: true }, async (api) => {
    if (options.check) return check(api, options, terminal);
    const { tasks, missing, unread, copies } = await find(api, names.map(readName), options);
    reportUnread(unread, 'what hitless wrote into them stays', terminal);
    if (missing.length > 0) {
      const where = `in namespace ${options.namespace}`;
      terminal.err(
        `hitless withdraw: there is no workload ${visible(missing.join(', '))} ${where}; nothing was changed\n`,
      );
      return 2;
    }
    if (!(await isAgreed(tasks, options, terminal))) return 1;
    const results: Result[] = [];
    const tell = () =>
      terminal.out(
        (options.output === 'json' ? withdrawJson : withdrawText)({ ...options, names, copies }, results, terminal),
      );
    try {
      for (const task of tasks) results.push(await withdrawOne(api, task, options.dryRun === true));
    } catch (error) {
      // Completed writes must be reported.
      if (results.length > 0) tell();
      terminal.err(
        `hitless withdraw: stopped after ${number(results.length)} of ${countByKind(tasks.map(({ workload }) => workload))}; run it again for the rest\n`,
      );
      throw error;
    }
    tell();
    return results.some(({ outcome }) => outcome === 'refused' || outcome === 'failed') ? 1 : 0;
  });
}

async function check(api: Api, { namespace, output }: WithdrawOptions, terminal: Terminal): Promise<ExitCode> {
  const unread: UnreadKind[] = [];
  const remaining = await findRemaining(api, { namespace, onUnread: (one) => unread.push(one) });
  reportUnread(unread, 'whether they hold injections is unknown', terminal);
  const isKnown = remaining.length > 0 || unread.length === 0;
  if (output === 'json') terminal.out(remainingJson(remaining));
  else if (isKnown) terminal.out(remainingText(remaining, namespace));
  if (remaining.length > 0) return 1;
  return isKnown ? 0 : 2;
}

function reportUnread(unread: readonly UnreadKind[], consequence: string, terminal: Terminal): void {
  for (const { kind, reason } of unread) {
    const sentence = `no permission to list ${kind.resource} (${reason}): ${consequence}`;
    terminal.err(`hitless withdraw: ${visible(sentence)}\n`);
  }
}

function misuse(names: readonly string[], options: WithdrawOptions): string | undefined {
  const { namespace, allNamespaces } = options;
  if (options.check && names.length > 0) return '--check looks at whole namespaces: give no names';
  if (namespace === undefined && allNamespaces === undefined) return 'give --namespace NAME or --all-namespaces';
  if (names.length > 0 && namespace === undefined) return 'names of workloads require --namespace';
  return namespaceConflict(options);
}

interface Wanted {
  readonly name: string;
  /** Absent: of any kind. */
  readonly kind?: WorkloadKind;
}

/** `web`, or `deployment/web`. */
function readName(text: string): Wanted {
  return readTypeAndName(text) ?? { name: text };
}

/** The workloads that have a record, or the named ones whether they have one or not. */
async function find(api: Api, names: readonly Wanted[], { namespace, when }: WithdrawOptions) {
  const callsTo = await readPlaces(api, namespace);
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const tasks: Task[] = [];
  const missing = new Set(names);
  const copies: FlaggerCopyIn[] = [];
  const unread: UnreadKind[] = [];
  const listing = { namespace, kinds: patchableKinds(), onUnread: (one: UnreadKind) => unread.push(one) };
  for await (const workload of allWorkloads(api, listing)) {
    const { name = '', namespace: home = '' } = workload.metadata;
    const meant = names.filter(
      (one) => one.name === name && (one.kind === undefined || one.kind.kind === workload.kind),
    );
    for (const one of meant) missing.delete(one);
    const copy = flaggerCopyOf(workload);
    if (copy !== undefined && annotationOf(workload) === undefined)
      copies.push({ kind: workload.kind, namespace: home, name, target: copy.target });
    if (names.length === 0 ? annotationOf(workload) === undefined : meant.length === 0) continue;
    const { called, why } = callsTo(home, kindOf(workload));
    tasks.push({ workload, leaving: { when, at, called }, ...(why !== undefined && { why }) });
  }
  return { tasks, unread, copies, missing: Array.from(missing, ({ name }) => name) };
}

interface Place {
  readonly called: WebhookMode;
  /** A sentence why the webhook is not called, unless it is because of the label. */
  readonly why?: string;
}

/** Without permission to see the labels of namespaces, each is treated as enforcing, which is safe in any case. */
async function readPlaces(
  api: Api,
  namespace: string | undefined,
): Promise<(name: string, kind: WorkloadKind) => Place> {
  const found = await namespacesIfAllowed(api, namespace);
  const { webhook, modeFor: called } = await readWebhookCalls(api);
  if (webhook === 'absent') return () => ({ called: 'never', why: absent });
  if (found === undefined) return () => ({ called: 'enforce' });
  const byName = new Map(found.map((one) => [one.name, one]));
  return (name, kind) => {
    const one = byName.get(name) ?? { name, labels: {}, annotations: {} };
    const mode = called(one, kind);
    if (mode !== 'never' || labelled(one) === 'never') return { called: mode };
    return { called: mode, why: called(one) === 'never' ? leftOut : unsent(kind) };
  };
}

async function namespacesIfAllowed(api: Api, namespace: string | undefined) {
  try {
    return await readNamespaces(api, namespace);
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return undefined;
    throw error;
  }
}

const nothing = 'so nothing would remove the fields from the next pod template: use --now';
const absent = `no MutatingWebhookConfiguration calls hitless (hitless status says why), ${nothing}`;
const leftOut = `the webhook configuration excludes this namespace, whatever its label says, ${nothing}`;
const unsent = ({ kind }: WorkloadKind) =>
  `API servers do not send any ${kind} to the webhook (the chart's value webhook.workloads), ${nothing}`;

async function isAgreed(
  tasks: readonly Task[],
  { when, yes, dryRun }: WithdrawOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (when !== 'now' || yes || dryRun) return true;
  const rolling = tasks.filter((task) => planOf(task).rolls).map(({ workload }) => workload);
  if (rolling.length === 0) return true;
  const what = `the pods of ${countByKind(rolling)} will be replaced: ${visible(titles(rolling))}`;
  return confirm({ command: 'hitless withdraw', flag: '--now', what }, terminal);
}

function titles(workloads: readonly Workload[]): string {
  const names = workloads.slice(0, 10).map(({ kind, metadata: { namespace = '', name = '' } }) => {
    return shortTitle({ kind, namespace, name });
  });
  return `${names.join(', ')}${workloads.length > 10 ? ` and ${workloads.length - 10} more` : ''}`;
}
