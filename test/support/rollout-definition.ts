// The CustomResourceDefinition of Argo Rollouts, as the project publishes it, for tests that skip themselves where it is absent.
//
//   HITLESS_ROLLOUT_CRD   the file, where it is not in the cache of Go's modules

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const file =
  process.env.HITLESS_ROLLOUT_CRD ??
  join(homedir(), 'go/pkg/mod/github.com/argoproj/argo-rollouts@v1.9.1/manifests/crds/rollout-crd.yaml');

/** Added to the names of tests; empty where the definition is there. */
export const noRolloutDefinition = existsSync(file)
  ? ''
  : ' (skipped: no CustomResourceDefinition of Rollouts; HITLESS_ROLLOUT_CRD may name one)';

export const rolloutDefinitionText = () => readFileSync(file, 'utf8');
