// What the decision may know of the world around a Deployment. Filled by a folder (folder.ts) or by a cluster.

import type { Policies } from '../policy/select.ts';
import type { Namespace, Service, Version } from '../workload/deployment.ts';

/** One consistent view. A source hands out a new one when something changed; nobody writes to it. */
export interface World {
  readonly namespace: (name: string) => Namespace | undefined;
  readonly servicesIn: (namespace: string) => readonly Service[];
  readonly policies: Policies;
  /** The oldest kubelet; undefined when nothing is known, which counts as new. */
  readonly oldestNode: Version | undefined;
}
