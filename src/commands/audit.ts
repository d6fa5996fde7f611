// `hitless audit`: what the rules find in the Deployments that a cluster runs. Nothing is changed.

import { calledFor } from '../admission/withdrawal.ts';
import type { Api } from '../cluster/api.ts';
import { deploymentsIn } from '../cluster/deployments.ts';
import { type Gap, type Snapshot, takeSnapshot } from '../cluster/snapshot.ts';
import type { Severity } from '../rules/finding.ts';
import { type Audited, judge } from './audit-judge.ts';
import { auditJson, auditText } from './audit-output.ts';
import { type ExitCode, type Io, visible } from './io.ts';
import { severities } from './output.ts';
import { withCluster } from './with-cluster.ts';

export interface AuditOptions {
  /** This namespace only, opted in or not. Absent: all that are opted in. */
  readonly namespace?: string;
  readonly allNamespaces?: true;
  /** The namespaces that are not opted in as well. */
  readonly all?: true;
  readonly output: 'text' | 'json';
  /** The least severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** 0: nothing at or above `failOn`. 1: findings. 2: usage, no cluster, or a part of it that could not be read. */
export async function audit(options: AuditOptions, io: Io): Promise<ExitCode> {
  const { namespace, failOn } = options;
  if (namespace !== undefined && options.allNamespaces) {
    io.err('hitless audit: --namespace and --all-namespaces exclude each other: give one of them\n');
    return 2;
  }
  return withCluster('audit', io, async (api) => {
    const snapshot = await takeSnapshot(api, namespace);
    const audited = await judgeAll(api, snapshot, options);
    const told = gapsOf(snapshot);
    const problems = told.filter(({ grave }) => grave).map(({ message }) => ({ message }));
    const result = { ...audited, problems };
    io.out(options.output === 'json' ? auditJson(result) : auditText(result, io));
    for (const { message } of told) io.err(`hitless audit: ${visible(message)}\n`);
    for (const remark of remarks(result.namespaces.length, snapshot, options))
      io.err(`hitless audit: ${visible(remark)}\n`);
    if (problems.length > 0) return 2;
    const failing = severities.slice(0, severities.indexOf(failOn as Severity) + 1);
    return audited.deployments.some(({ said }) => said.some(({ severity }) => failing.includes(severity))) ? 1 : 0;
  });
}

async function judgeAll(api: Api, { world, namespaces }: Snapshot, { namespace, all }: AuditOptions) {
  const modes = new Map(namespaces.map(({ name, labels }) => [name, calledFor(name, labels['hitless.dev/mode'])]));
  const isWanted = (name: string) =>
    namespace !== undefined || all === true || (modes.get(name) ?? 'never') !== 'never';
  const deployments: Audited[] = [];
  const told = new Set<string>();
  for await (const deployment of deploymentsIn(api, namespace)) {
    if (isWanted(deployment.metadata.namespace ?? '')) deployments.push(judge(deployment, world, told));
  }
  const wanted = (namespace === undefined ? [...modes.keys()] : [namespace]).filter(isWanted).toSorted();
  return { deployments, namespaces: wanted.map((name) => ({ name, mode: modes.get(name) ?? ('unknown' as const) })) };
}

/** Findings rest on these: without them they may be wrong. Somebody with rights in one namespace sees no more than that. */
function isGrave({ kind, of }: Gap): boolean {
  if (kind === 'mistake') return /RolloutPolicy /.test(of);
  return kind === 'forbidden' && (of === 'Service' || of === 'RolloutPolicy');
}

/** A sentence each; the kinds of policy are there or absent together. */
function gapsOf({ gaps }: Snapshot): readonly { readonly message: string; readonly grave: boolean }[] {
  const absent = gaps.filter(({ kind }) => kind === 'absent').map(({ of }) => of);
  const others = gaps.filter((gap) => gap.kind !== 'absent');
  const told = others.map((gap) => ({ message: sentence(gap), grave: isGrave(gap) }));
  if (absent.length === 0) return told;
  const message = `the cluster does not know ${absent.join(' and ')}: hitless is not installed there, or without its custom resources. Going on with the built-in policy`;
  return [{ message, grave: false }, ...told];
}

function sentence(gap: Exclude<Gap, { kind: 'absent' }>): string {
  if (gap.kind === 'mistake') return `${gap.of} cannot be used and is left out: ${gap.reason}`;
  const without: Readonly<Record<Gap['of'], string>> = {
    Namespace: 'labels and annotations of namespaces are not known',
    Node: 'every node counts as new enough for a native sleep',
    ClusterRolloutPolicy: 'what the policies of the cluster say is not known',
    RolloutPolicy: 'what the policies of the namespaces say is not known',
    Service: 'which ports get traffic is not known',
  };
  return `no right to list ${gap.of} objects (${gap.reason}): ${without[gap.of]}`;
}

function remarks(audited: number, { namespaces, gaps }: Snapshot, { namespace, all }: AuditOptions): readonly string[] {
  const unseen = gaps.some(({ kind, of }) => kind === 'forbidden' && of === 'Namespace');
  if (namespace === undefined) {
    if (audited > 0 || all) return [];
    if (unseen) return ['say which namespace: --namespace NAME, or all of them: --all'];
    return [
      'no namespace is opted in by a label hitless.dev/mode: --all looks at all of them, --namespace NAME at one',
    ];
  }
  const [found] = namespaces;
  if (found === undefined || calledFor(found.name, found.labels['hitless.dev/mode']) !== 'never') return [];
  return [`namespace ${namespace} is not opted in: these findings say what would be found if it was`];
}
