// Every check of `hitless status`, in the order of the output. A further one is a file of its own and a line here.

import type { Check } from './check.ts';
import { callsCheck } from './checks/calls.ts';
import { certificateCheck } from './checks/certificate.ts';
import { dryRunCheck } from './checks/dry-run.ts';
import { leftoversCheck } from './checks/leftovers.ts';
import { namespacesCheck } from './checks/namespaces.ts';
import { podsCheck } from './checks/pods.ts';
import { policiesCheck } from './checks/policies.ts';
import { rolloutsCheck } from './checks/rollouts.ts';
import { webhookCheck } from './checks/webhook.ts';

export const checks: readonly Check[] = [
  webhookCheck,
  podsCheck,
  dryRunCheck,
  certificateCheck,
  callsCheck,
  policiesCheck,
  namespacesCheck,
  rolloutsCheck,
  leftoversCheck,
];
