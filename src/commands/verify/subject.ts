// The workload whose rollout is measured: the one that was named, or the one that takes its pod template from it.

import { type Api, ApiError } from '../../cluster/client/api.ts';
import { borrowerOf, type ResolvedWorkload, readResolved } from '../../cluster/template-source.ts';
import type { WorkloadRef } from '../../cluster/workloads.ts';
import { whyUnmeasurable } from '../../measurement/verify/preconditions.ts';

export interface VerifySubject extends ResolvedWorkload {
  readonly ref: WorkloadRef;
  /** `deployment shop/web`. */
  readonly title: string;
  /** Why it is not the one that was named, in a sentence. */
  readonly instead?: string;
}

/** `rolls`: it is refused when no rollout of it could be measured. @throws ApiError */
export async function findSubject(
  api: Api,
  named: WorkloadRef,
  { rolls }: { readonly rolls: boolean } = { rolls: true },
): Promise<VerifySubject | { readonly refusal: string }> {
  const subject = await resolved(api, named);
  if ('refusal' in subject) return subject;
  const borrower = await borrowerOf(api, named);
  if (borrower === undefined) return rolls ? checked(subject) : subject;
  const other = await resolved(api, borrower);
  if ('refusal' in other) return other;
  const instead = `${other.title} takes its pod template from ${subject.title} (workloadRef), so its rollout is measured`;
  return rolls ? checked({ ...other, instead }) : { ...other, instead };
}

function checked(subject: VerifySubject): VerifySubject | { readonly refusal: string } {
  const reason = whyUnmeasurable(subject.ref.kind, subject.workload);
  return reason === undefined ? subject : { refusal: `${subject.title}: ${reason}` };
}

async function resolved(api: Api, ref: WorkloadRef): Promise<VerifySubject | { readonly refusal: string }> {
  const title = titleOf(ref);
  try {
    return { ref, title, ...(await readResolved(api, ref)) };
  } catch (error) {
    if (error instanceof ApiError && error.code !== 404) throw error;
    return { refusal: `${title}: ${error instanceof ApiError ? 'not found' : (error as Error).message}` };
  }
}

function titleOf({ kind, namespace, name }: WorkloadRef): string {
  return `${kind.kind.toLowerCase()} ${namespace}/${name}`;
}
