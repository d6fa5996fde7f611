// Workloads whose pod template is in another one: an Argo Rollout with a workloadRef. Source: argoproj/argo-rollouts
// rollout/templateref.go.

import { equal } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindNamed, workloadKinds } from '../workload/kinds/kinds.ts';
import { getAt, setAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { type Api, ApiError, isRefusal } from './client/api.ts';
import { readWorkload, type WorkloadRef, workloadsIn } from './workloads.ts';

export interface ResolvedWorkload {
  /** With the pod template and, where it has none itself, the selector of the other one in it. */
  readonly workload: Workload;
  /** The workload that holds the template: itself, mostly. */
  readonly source: WorkloadRef;
}

/** @throws ApiError, of code 404 where there is none; Error with a sentence where its template is out of reach. */
export async function readResolved(api: Api, ref: WorkloadRef): Promise<ResolvedWorkload> {
  const workload = await readWorkload(api, ref);
  const named = ref.kind.templateElsewhere?.(workload);
  if (named === undefined) return { workload, source: ref };
  const title = `${named.kind} ${named.name}`;
  const kind = kindNamed(named.apiVersion, named.kind);
  if (kind === undefined) throw new Error(`its pod template is in ${title}, a kind that hitless does not read`);
  const source = { kind, namespace: ref.namespace, name: named.name };
  try {
    return { workload: withParts(ref.kind, workload, { kind, holder: await readWorkload(api, source) }), source };
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
    throw new Error(`its pod template is in ${title}, which does not exist`);
  }
}

function withParts(
  { template, selector }: WorkloadKind,
  workload: Workload,
  { kind, holder }: { readonly kind: WorkloadKind; readonly holder: Workload },
): Workload {
  const whole = setAt(workload, template, getAt(holder, kind.template) ?? {});
  if (selector === undefined || kind.selector === undefined || getAt(workload, selector) !== undefined) return whole;
  return setAt(whole, selector, getAt(holder, kind.selector) ?? {});
}

/** The workload that takes its pod template from this one, where there is one and we may know. @throws ApiError */
export async function borrowerOf(api: Api, { kind, namespace, name }: WorkloadRef): Promise<WorkloadRef | undefined> {
  if (kind.templateElsewhere !== undefined) return undefined;
  const wanted = { apiVersion: kind.apiVersion, kind: kind.kind, name };
  for (const borrowing of workloadKinds()) {
    const { templateElsewhere } = borrowing;
    if (templateElsewhere === undefined) continue;
    try {
      for await (const workload of workloadsIn(api, borrowing, namespace))
        if (equal({ ...templateElsewhere(workload) }, wanted))
          return { kind: borrowing, namespace, name: workload.metadata.name ?? '' };
    } catch (error) {
      // The cluster may not have the kind, and who does not use it need not have the permission.
      if (!isRefusal(error)) throw error;
    }
  }
  return undefined;
}
