// The words that a bundle may hold, because they are hitless's own or Kubernetes': a value that is none of them is somebody else's.

import { kinds } from '../../cluster/cache/kinds.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';

export const modes = ['enforce', 'audit', 'off'] as const;

/** Those that hitless decides about, and those that it reads. */
export const clusterKinds: readonly string[] = [...new Set([...workloadKinds().map(({ kind }) => kind), ...kinds])];
