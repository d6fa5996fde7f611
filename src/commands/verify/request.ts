// What `hitless verify` is asked to measure, read from its argument and flags.

import { readLoadSettings } from '../../measurement/load/settings.ts';
import type { LoadSettings, Traffic } from '../../measurement/traffic.ts';
import { trafficOf } from '../../measurement/verify/urls.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { readTypeAndName, typesAndNames } from '../../workload/kinds/kind-words.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import type { ClusterFlags } from '../with-cluster.ts';

export interface VerifyOptions extends ClusterFlags {
  /** Absent: the one of the kubeconfig's context. */
  readonly namespace?: string;
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
  | { readonly kind: WorkloadKind; readonly name: string; readonly load: LoadSettings }
  | { readonly mistake: string };

export function understand(subject: string, options: VerifyOptions): Understood {
  const named = readTypeAndName(subject);
  if (named === undefined || !measurableKinds().includes(named.kind))
    return { mistake: `the argument must be ${typesAndNames(measurableKinds())}, found ${JSON.stringify(subject)}` };
  const { kind, name } = named;
  try {
    const { url, traffic, rate, retries, timeout, insecure } = options;
    const tls = insecure ? { tls: { insecure } } : {};
    const wanted = { lanes: trafficOf(url, traffic, rate), timeoutMs: timeout * 1000, retries, connections: 4, ...tls };
    const read = readLoadSettings(wanted);
    if ('mistakes' in read) return { mistake: read.mistakes.join('; ') };
    return { kind, name, load: read.settings };
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

/** Those whose status says how their rollout goes. */
function measurableKinds(): readonly WorkloadKind[] {
  return workloadKinds().filter(({ lastRollout }) => lastRollout !== undefined);
}
