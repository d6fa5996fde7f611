// The kinds that hitless patches, one per line.

import type { ModelKind } from '../model-kind.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { rollout } from './rollout.ts';
import { statefulSet } from './stateful-set.ts';

export const modelKinds: readonly ModelKind[] = [deployment, statefulSet, daemonSet, rollout];

/** Those beside Deployments. */
export const otherModelKinds: readonly ModelKind[] = modelKinds.filter((model) => model !== deployment);
