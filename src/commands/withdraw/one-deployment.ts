// One Deployment without our injections: planned, written, written again when somebody else was faster, and looked at afterwards.

import { makePatch } from '../../admission/patch.ts';
import { type Departure, departure, type Leaving, putBack } from '../../admission/withdrawal.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { disown, patchDeployment, readDeployment } from '../../cluster/deployments.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { Deployment } from '../../workload/workload.ts';

export interface Task {
  readonly deployment: Deployment;
  readonly leaving: Leaving;
  /** Why the webhook is not called, where that is not the namespace's label: a sentence. */
  readonly why?: string;
}

/** nothing: held nothing of ours. waiting: its next pod template comes without. refused: we do not try. failed: the write was. */
export type Outcome = 'withdrawn' | 'waiting' | 'nothing' | 'refused' | 'failed';

export interface Result extends NamespacedName, Pick<Departure, 'taken' | 'waiting' | 'rolls' | 'optsOut'> {
  readonly called: Leaving['called'];
  readonly outcome: Outcome;
  /** Why it was refused or failed. */
  readonly message?: string;
}

/** The name in managedFields of what is written here. */
export const manager = 'hitless-withdraw';
const mostTries = 6;

export function planOf({ deployment, leaving }: Task): Departure {
  return departure(deployment, leaving);
}

export async function leave(api: Api, task: Task, dryRun: boolean): Promise<Result> {
  const { name = '', namespace = '' } = task.deployment.metadata;
  const address = { namespace, name };
  let { deployment } = task;
  for (let tries = 1; ; tries += 1) {
    const plan = planOf({ ...task, deployment });
    const { taken, waiting, rolls, optsOut, refused } = plan;
    const result = { ...address, called: task.leaving.called, taken, waiting, rolls, optsOut };
    if (refused !== undefined) {
      const isUncalled = waiting.length > 0 && task.leaving.called === 'never';
      return { ...result, outcome: 'refused', message: isUncalled ? (task.why ?? refused) : refused };
    }
    try {
      const written = await write(api, { deployment, plan, address, dryRun });
      if (written === undefined) return { ...result, outcome: waiting.length > 0 ? 'waiting' : 'nothing' };
      if (!dryRun) await disownAfter(api, address, written);
      const back = putBack(written, plan);
      if (back.length > 0) return { ...result, outcome: 'failed', message: `the webhook put back ${back.join(', ')}` };
      return { ...result, outcome: waiting.length > 0 ? 'waiting' : 'withdrawn' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404) return { ...result, taken: [], waiting: [], rolls: false, outcome: 'nothing' };
      if (error.code !== 409 || tries === mostTries) return { ...result, outcome: 'failed', message: error.message };
      deployment = await readDeployment(api, address);
    }
  }
}

interface Write {
  readonly deployment: Deployment;
  readonly plan: Departure;
  readonly address: NamespacedName;
  readonly dryRun: boolean;
}

// The Deployment controller writes too, in the moment after.
const mostDisownTries = 4;

async function disownAfter(api: Api, address: NamespacedName, written: Deployment): Promise<void> {
  let stored = written;
  for (let tries = 1; tries <= mostDisownTries; tries += 1) {
    try {
      return await disown(api, address, stored, manager);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What was asked for is done: this only spares a later server-side apply its --force-conflicts.
      if (error.code !== 409) return;
      stored = await readDeployment(api, address);
    }
  }
}

/** Gives what was stored, undefined where there is nothing to write. */
async function write(api: Api, { deployment, plan, address, dryRun }: Write): Promise<Deployment | undefined> {
  const operations = makePatch(deployment, plan.desired) as readonly JsonObject[];
  if (operations.length === 0) return undefined;
  const resourceVersion = String(deployment.metadata.resourceVersion);
  return patchDeployment(api, address, { resourceVersion, operations, manager, dryRun });
}
