// What `hitless verify` is asked to measure, read from its argument and flags.

import { readLoadSettings } from '../../measurement/load/settings.ts';
import type { LoadSettings, Traffic } from '../../measurement/traffic.ts';
import { trafficOf } from '../../measurement/verify/urls.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { ClusterFlags } from '../with-cluster.ts';

export interface VerifyOptions extends ClusterFlags {
  readonly namespace: string;
  readonly url: string;
  readonly rate: number;
  readonly traffic: readonly Traffic[];
  readonly retries: number;
  /** Seconds. */
  readonly timeout: number;
  readonly insecure?: true;
  readonly restart?: true;
  /** With restart: do not ask. */
  readonly yes?: true;
  readonly rollouts: number;
  readonly maxLost: number;
  /** Seconds until a rollout begins. */
  readonly wait: number;
  readonly output: 'text' | 'json' | 'junit';
  readonly report?: string;
}

/** What the command line asks for, or what is wrong with it. */
type Understood =
  | { readonly kind: WorkloadKind; readonly address: NamespacedName; readonly load: LoadSettings }
  | { readonly mistake: string };

export function understand(subject: string, options: VerifyOptions): Understood {
  const [, word, name] = /^([a-z.]+)\/([a-z0-9.-]+)$/.exec(subject) ?? [];
  const kind = workloadKinds().find((one) => wordsFor(one).includes(word ?? ''));
  if (kind === undefined || name === undefined)
    return { mistake: `the argument must be ${allowed()}, found ${JSON.stringify(subject)}` };
  try {
    const { url, traffic, rate, retries, timeout, insecure } = options;
    const tls = insecure ? { tls: { insecure } } : {};
    const wanted = { lanes: trafficOf(url, traffic, rate), timeoutMs: timeout * 1000, retries, connections: 4, ...tls };
    const read = readLoadSettings(wanted);
    if ('mistakes' in read) return { mistake: read.mistakes.join('; ') };
    return { kind, address: { namespace: options.namespace, name }, load: read.settings };
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

/** As kubectl takes them: `deploy`, `deployment`, `deployments.apps`. */
function wordsFor({ kind, group, resource, shortNames = [] }: WorkloadKind): readonly string[] {
  const names = [kind.toLowerCase(), resource];
  return [...shortNames, ...names, ...names.map((name) => `${name}.${group}`)];
}

function allowed(): string {
  return workloadKinds()
    .map(({ kind }) => `${kind.toLowerCase()}/NAME`)
    .join(' or ');
}
