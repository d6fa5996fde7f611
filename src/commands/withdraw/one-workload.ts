// Removes the injections of one workload: plans, writes, retries after a conflict, and checks the result.

import { makePatch } from '../../admission/patch.ts';
import {
  planWithdrawal,
  stillInjected,
  type WithdrawalOptions,
  type WithdrawalPlan,
} from '../../admission/withdrawal.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { disown, patchWorkload, readWorkload, type WorkloadRef } from '../../cluster/workloads.ts';
import type { JsonObject } from '../../workload/json.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { Workload } from '../../workload/workload.ts';

export interface Task {
  readonly workload: Workload;
  readonly leaving: WithdrawalOptions;
  /** A sentence why the webhook is not called, unless it is because of the namespace's label. */
  readonly why?: string;
}

/** nothing: had no injections. waiting: loses them with its next pod template. refused: not attempted. failed: the write failed. */
export type Outcome = 'withdrawn' | 'waiting' | 'nothing' | 'refused' | 'failed';

export interface Result extends NamespacedName, Pick<WithdrawalPlan, 'taken' | 'waiting' | 'rolls' | 'optsOut'> {
  readonly kind: string;
  readonly called: WithdrawalOptions['called'];
  readonly outcome: Outcome;
  /** Why it was refused or failed. */
  readonly message?: string;
}

/** The manager name in managedFields for writes of this command. */
export const manager = 'hitless-withdraw';
const mostTries = 6;

export function planOf({ workload, leaving }: Task): WithdrawalPlan {
  return planWithdrawal(workload, leaving);
}

export async function withdrawOne(api: Api, task: Task, dryRun: boolean): Promise<Result> {
  const { name = '', namespace = '' } = task.workload.metadata;
  let { workload } = task;
  const ref = { kind: kindOf(workload), namespace, name };
  for (let tries = 1; ; tries += 1) {
    const plan = planOf({ ...task, workload });
    const { taken, waiting, rolls, optsOut, refused } = plan;
    const result = {
      kind: ref.kind.kind,
      namespace,
      name,
      called: task.leaving.called,
      taken,
      waiting,
      rolls,
      optsOut,
    };
    if (refused !== undefined) {
      const isUncalled = waiting.length > 0 && task.leaving.called === 'never';
      return { ...result, outcome: 'refused', message: isUncalled ? (task.why ?? refused) : refused };
    }
    try {
      const written = await write(api, { workload, plan, ref, dryRun });
      if (written === undefined) return { ...result, outcome: waiting.length > 0 ? 'waiting' : 'nothing' };
      if (!dryRun) await disownAfter(api, ref, written);
      const back = stillInjected(written, plan);
      if (back.length > 0) return { ...result, outcome: 'failed', message: `the webhook put back ${back.join(', ')}` };
      return { ...result, outcome: waiting.length > 0 ? 'waiting' : 'withdrawn' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404) return { ...result, taken: [], waiting: [], rolls: false, outcome: 'nothing' };
      if (error.code !== 409 || tries === mostTries) return { ...result, outcome: 'failed', message: error.message };
      workload = await readWorkload(api, ref);
    }
  }
}

interface Write {
  readonly workload: Workload;
  readonly plan: WithdrawalPlan;
  readonly ref: WorkloadRef;
  readonly dryRun: boolean;
}

// The kind's controller also writes, just afterwards.
const mostDisownTries = 4;

async function disownAfter(api: Api, ref: WorkloadRef, written: Workload): Promise<void> {
  let stored = written;
  for (let tries = 1; tries <= mostDisownTries; tries += 1) {
    try {
      return await disown(api, ref, stored, manager);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The withdrawal itself is done: this only saves a later server-side apply from needing --force-conflicts.
      if (error.code !== 409) return;
      stored = await readWorkload(api, ref);
    }
  }
}

/** Returns the stored object, or undefined when there is nothing to write. */
async function write(api: Api, { workload, plan, ref, dryRun }: Write): Promise<Workload | undefined> {
  const operations = makePatch(workload, plan.desired).operations as readonly JsonObject[];
  if (operations.length === 0) return undefined;
  const resourceVersion = String(workload.metadata.resourceVersion);
  return patchWorkload(api, ref, { resourceVersion, operations, manager, dryRun });
}
