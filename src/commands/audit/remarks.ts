// What there is to know about a cluster besides its findings: where hitless is not called, and namespaces that are not opted in.

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import { labelled, type WebhookCalls } from '../../cluster/webhook-configuration.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import type { NamespaceOptions } from '../with-cluster.ts';
import { optInRemarks } from './opt-ins.ts';
import type { AuditedNamespace } from './result.ts';

export interface Remarked {
  readonly snapshot: Snapshot;
  readonly calls: WebhookCalls;
  readonly scope: NamespaceOptions;
  /** Those that are audited. */
  readonly namespaces: readonly AuditedNamespace[];
}

/** Sentences to know in addition to the findings. */
export function clusterRemarks({ namespaces: audited, snapshot, calls, scope }: Remarked): readonly string[] {
  const { namespaces, gaps } = snapshot;
  const { namespace, allNamespaces } = scope;
  const kinds = gaps.some(({ kind }) => kind === 'absent');
  const missing = calls.webhook === 'absent' && !kinds ? [absent] : [];
  const out = namespaces.filter((one) => labelled(one) !== 'never' && effectiveMode(one, calls) === 'never');
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

/** Without a webhook, the label says what the mode would be. */
export function effectiveMode(namespace: Namespace, { webhook, modeFor: called }: WebhookCalls): WebhookMode {
  return webhook === 'absent' ? labelled(namespace) : called(namespace);
}

const absent =
  'no MutatingWebhookConfiguration calls hitless: labels have no effect, and nothing is patched; hitless status says why';
