// Short ways to write policies, namespaces and workloads in tests.

import type { Selection } from '../../src/policy/policies.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { selectPolicy } from '../../src/policy/select.ts';
import type { Namespace } from '../../src/workload/kubernetes.ts';

type Texts = Readonly<Record<string, string>>;

export const shop: Namespace = { name: 'shop', labels: {}, annotations: {} };

export function clusterPolicy(name: string, rest: Partial<PolicyDocument>): PolicyDocument {
  return { kind: 'ClusterRolloutPolicy', name, priority: 0, spec: {}, ...rest };
}

export function shopPolicy(name: string, rest: Partial<PolicyDocument>): PolicyDocument {
  return { kind: 'RolloutPolicy', name, namespace: 'shop', priority: 0, spec: {}, ...rest };
}

interface Given {
  readonly documents?: readonly PolicyDocument[];
  readonly namespace?: Partial<Namespace>;
  readonly labels?: Texts;
  readonly annotations?: Texts;
}

export function selected({ documents = [], namespace = {}, labels = {}, annotations = {} }: Given): Selection {
  return selectPolicy(compilePolicies(documents), {
    kind: 'Deployment',
    namespace: { ...shop, ...namespace },
    labels,
    annotations,
  });
}

/** The value of `section.field` and its origin. */
export function fieldOf({ policy }: Selection, path: string): readonly [value: unknown, origin: string | undefined] {
  const [section = '', field = ''] = path.split('.');
  const spec = policy.spec as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return [spec[section]?.[field], policy.origins[path]];
}
