// Injections where the webhook is not called: nothing takes them back when they collide with an edit.

import { type Known, known, knownValue, namesOf, unknownOf } from '../../../cluster/known.ts';
import { labelled } from '../../../cluster/webhook-configuration.ts';
import { countByKind, type ObjectReference } from '../../../lint/object-reference.ts';
import type { Namespace } from '../../../workload/kubernetes.ts';
import { defineCheck, type Remark } from '../check.ts';
import { placesOf } from '../places.ts';
import { recordsWithoutLabel } from '../records.ts';
import type { Scan } from '../scan.ts';
import type { Scope } from '../scope.ts';

/** called: there is a webhook configuration. uncalled: a release without one. absent: neither. */
type Webhook = 'called' | 'uncalled' | 'absent';

interface Facts {
  readonly scan: Known<Scan>;
  /** In namespaces that the scan left out. */
  readonly elsewhere: Known<readonly ObjectReference[]>;
  readonly namespaces: Known<readonly Namespace[]>;
  readonly webhook: Webhook;
}

export const leftoversCheck = defineCheck<Facts>({
  id: 'leftovers',
  title: 'leftovers',
  // Which workloads are called is a matter of their namespaces and kinds.
  read: async (scope) => {
    const { namespaces } = scope;
    const scan = namespaces.kind === 'unknown' ? namespaces : await scope.scan();
    const isWhole = knownValue(scan)?.leftoversIn === 'all';
    const elsewhere = isWhole ? known([]) : await recordsWithoutLabel(scope);
    return { scan, elsewhere, namespaces, webhook: webhookOf(scope) };
  },
  judge: ({ scan: found, elsewhere, namespaces, webhook }) => {
    const scan = knownValue(found);
    const more = knownValue(elsewhere);
    const leftovers = [...(scan?.leftovers ?? []), ...(more ?? [])];
    const names = leftovers.map(titleOf);
    const isAsked = new Set((knownValue(namespaces) ?? []).filter(asks).map(({ name }) => name));
    const [asked, others] = [true, false].map((one) => leftovers.filter((left) => isAsked.has(left.namespace) === one));
    const where = more === undefined ? scan && placesOf(scan) : 'in all namespaces';
    return {
      ...(scan !== undefined && {
        summary: `${countByKind(leftovers)} with injections that no webhook takes back, ${where}`,
      }),
      remarks: [...remarkOn(asked ?? [], whereAsked[webhook]), ...remarkOn(others ?? [], whereNotAsked[webhook])],
      unknown: unknownOf(found, scan === undefined ? found : elsewhereWords(elsewhere)),
      facts: { leftovers: names },
    };
  },
});

function webhookOf({ configurations, releases }: Scope): Webhook {
  if (configurations.kind === 'unknown' || configurations.value.length > 0) return 'called';
  return releases.length > 0 ? 'uncalled' : 'absent';
}

const asks = (namespace: Namespace) => labelled(namespace) !== 'never';
const titleOf = ({ namespace, name }: ObjectReference) => `${namespace}/${name}`;

function elsewhereWords(elsewhere: Known<unknown>): Known<unknown> {
  if (elsewhere.kind === 'known') return elsewhere;
  return { kind: 'unknown', why: `whether injections are left in namespaces without the label: ${elsewhere.why}` };
}

function remarkOn(leftovers: readonly ObjectReference[], action: string): readonly Remark[] {
  if (leftovers.length === 0) return [];
  const verb = leftovers.length === 1 ? 'has' : 'have';
  const message = `${countByKind(leftovers)} ${verb} a record of injections where the webhook is not called (${namesOf(leftovers.map(titleOf))}): the API server refuses edits that collide with them`;
  return [{ severity: 'warning', message, action }];
}

const withdraw = 'hitless withdraw -n NAMESPACE --now, which replaces the pods';

/** In namespaces with the label enforce or audit: nobody wants the injections gone. */
const whereAsked: Readonly<Record<Webhook, string>> = {
  called: `stop excluding the namespace or the kind in the webhook configuration (webhook.excludedNamespaces, webhook.workloads), or ${withdraw}`,
  uncalled: 'restore the webhook configuration first (see webhook), and they are covered again',
  absent: `install hitless again, or ${withdraw}`,
};

const whereNotAsked: Readonly<Record<Webhook, string>> = {
  called: `${withdraw}, or opt the namespace in again`,
  uncalled: withdraw,
  absent: `${withdraw}, or install hitless again and opt the namespace in`,
};
