// The namespaces by mode, and labels that do nothing: a value that no entry asks for, or a namespace that the configuration excludes.

import { type Known, knownValue, namesOf, unknownOf } from '../../../cluster/known.ts';
import { labelled } from '../../../cluster/webhook-configuration.ts';
import { modeName } from '../../../names.ts';
import { optInMistake } from '../../../policy/opt-in.ts';
import { count } from '../../../text/count.ts';
import type { Namespace } from '../../../workload/kubernetes.ts';
import { defineCheck, type Remark } from '../check.ts';

interface Facts {
  readonly namespaces: Known<readonly Namespace[]>;
  readonly modeFor: (namespace: Namespace) => string;
  /** false: no configuration at all, which is said elsewhere. */
  readonly installed: boolean;
}

export const namespacesCheck = defineCheck<Facts>({
  id: 'namespaces',
  title: 'namespaces',
  read: async ({ namespaces, modeFor, configurations }) => ({
    namespaces,
    modeFor,
    installed: configurations.kind === 'unknown' || configurations.value.length > 0,
  }),
  judge: ({ namespaces, modeFor, installed }) => {
    const all = knownValue(namespaces);
    if (all === undefined) return { remarks: [], unknown: unknownOf(namespaces) };
    const byMode = (mode: string) => all.filter((one) => labelled(one) === mode).map(({ name }) => name);
    const [enforce, audit] = [byMode('enforce'), byMode('audit')];
    const excluded = installed ? all.filter((one) => labelled(one) !== 'never' && modeFor(one) === 'never') : [];
    const remarks = [
      ...all.flatMap(mistakesOf),
      ...excluded.map(excludedRemark),
      ...(enforce.length + audit.length === 0 ? [nobody] : []),
    ];
    return {
      summary: `${enforce.length} enforce${listOf(enforce)}, ${audit.length} audit${listOf(audit)}, of ${count(all.length, 'namespace')}`,
      remarks,
      unknown: [],
      facts: { enforce, audit, excluded: excluded.map(({ name }) => name), namespaces: all.length },
    };
  },
});

function listOf(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${namesOf(names)})`;
}

/** Sentences end with a full stop, remarks do not. */
function mistakesOf(namespace: Namespace): readonly Remark[] {
  const { name, labels } = namespace;
  const mistake = optInMistake(namespace);
  const sentences = mistake === undefined ? systemMistakes(name, labels) : [mistake];
  const label = `kubectl label namespace ${name} ${modeName}`;
  const action = mistake === undefined ? `${label}-` : `${label}=audit --overwrite, or ${modeName}=enforce`;
  return sentences.map((sentence) => ({ severity: 'warning', message: sentence.replace(/\.$/, ''), action }));
}

function systemMistakes(name: string, labels: Namespace['labels']): readonly string[] {
  const isIdle = Object.hasOwn(labels, modeName) && labelled({ name, labels, annotations: {} }) === 'never';
  const isRight = labels[modeName] === 'enforce' || labels[modeName] === 'audit';
  return isIdle && isRight
    ? [`Namespace ${name} is labelled, but belongs to the cluster: nothing is patched in it`]
    : [];
}

function excludedRemark({ name }: Namespace): Remark {
  return {
    severity: 'warning',
    message: `namespace ${name} is labelled, but the webhook configuration excludes it: nothing is patched in it`,
    action: 'remove the label, or the namespace from webhook.excludedNamespaces',
  };
}

const nobody: Remark = {
  severity: 'note',
  message: 'no namespace is opted in, so nothing is patched',
  action: `kubectl label namespace NAMESPACE ${modeName}=audit`,
};
