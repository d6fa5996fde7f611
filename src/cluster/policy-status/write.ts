// The writes of one round. One that fails, as for a policy that is too large or that an admission policy protects, holds up no other:
// whoever may write a policy could otherwise stop the statuses of all others.

import { truncate } from '../../text/truncate.ts';
import { type Api, ApiError } from '../client/api.ts';
import { concernsAll } from '../client/concerns-all.ts';
import { pathOf, policyResources } from '../client/resources.ts';
import type { StoredPolicy } from './findings.ts';
import { type PolicyFinding, statusPatch } from './status.ts';

export interface WriterOptions {
  readonly api: Api;
  /** What the installation does at most. */
  readonly cap: 'enforce' | 'audit';
  readonly signal: AbortSignal;
  /** Of the last round. */
  readonly before: ReadonlySet<string>;
  /** Gets the uid of a policy whose status could not be found. */
  readonly puzzling: Set<string>;
}

export interface Writer {
  /** @throws ApiError when no write would succeed, Error when there is no answer. */
  readonly write: (stored: StoredPolicy, finding: PolicyFinding) => Promise<void>;
  /** How many were written. @throws Error when some could not be */
  readonly end: () => number;
}

export function createWriter(options: WriterOptions): Writer {
  const { cap, before, puzzling } = options;
  let written = 0;
  let failed = 0;
  let first = '';
  return {
    write: async (stored, finding) => {
      const { id, uid, item } = stored;
      const status = statusPatch(item.status, finding, { now: new Date(), cap });
      if (status === undefined) return;
      try {
        await patch(stored, status, options);
        written += 1;
      } catch (error) {
        if (!(error instanceof ApiError) || concernsAll(error)) throw error;
        // It changed meanwhile: the next round will see.
        if (error.code === 409) return;
        // Twice the same one: it is not the policy that is gone, but its kind has no status.
        if (error.code === 404 && before.has(uid)) throw error;
        if (error.code === 404) return void puzzling.add(uid);
        failed += 1;
        first ||= `${id}: ${truncate(error.message, longestReason)}`;
      }
    },
    end: () => {
      if (failed === 0) return written;
      const more = failed === 1 ? '' : ` (and ${failed - 1} more)`;
      throw new Error(`${first}${more}; the statuses of all other policies are written`);
    },
  };
}

const longestReason = 500;

async function patch(
  { kind, namespace, name, version }: StoredPolicy,
  status: object,
  { api, signal }: WriterOptions,
): Promise<void> {
  const ref = { kind: policyResources[kind], name, ...(namespace !== undefined && { namespace }) };
  await api.json({
    path: `${pathOf(ref)}/status`,
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion: version }, status },
    signal,
  });
}
