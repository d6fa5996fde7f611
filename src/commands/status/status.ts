// `hitless status`: whether hitless works in this cluster, and what to do where it does not.

import { ApiError } from '../../cluster/client/api.ts';
import { isFailing } from '../../lint/result.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { type ClusterFlags, isBug, withCluster } from '../with-cluster.ts';
import { unreadReason, withDeadlines } from './answers.ts';
import type { Check, CheckResult } from './check.ts';
import { checks } from './checks.ts';
import { statusJson, statusText } from './output.ts';
import { openScope, type Scope, type ScopeOptions } from './scope.ts';

export interface StatusOptions extends ClusterFlags, ScopeOptions {
  readonly output: 'text' | 'json';
  /** Ids of checks to leave out. */
  readonly skip: readonly string[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/**
 * 0: nothing at or above `failOn`. 1: something. 2: usage, no cluster, a check that failed, or a webhook configuration that may not be
 * read, without which nothing can be called healthy. What else may not be read is unknown, and changes no exit code.
 */
export async function status(options: StatusOptions, terminal: Terminal): Promise<ExitCode> {
  return withCluster({ name: 'status', options, terminal, showsReading: true }, async (api) => {
    const scope = await openScope(withDeadlines(api), options);
    const wanted = checks.filter(({ id }) => !options.skip.includes(id));
    const results = await Promise.all(wanted.map((check) => resultOf(check, scope)));
    terminal.out(options.output === 'json' ? statusJson(results) : statusText(results, terminal));
    if (isUnread(scope, results)) return 2;
    const severities = results.flatMap(({ remarks }) => remarks.map(({ severity }) => severity));
    return isFailing(severities, options.failOn) ? 1 : 0;
  });
}

function isUnread({ configurations }: Scope, results: readonly CheckResult[]): boolean {
  return configurations.kind === 'unknown' || results.some(({ failure }) => failure !== undefined);
}

/** One check that fails must not hide what the others find. @throws ApiError of code 401, which would be the answer to all */
async function resultOf({ id, title, run }: Check, scope: Scope): Promise<CheckResult> {
  try {
    return { id, title, ...(await run(scope)) };
  } catch (error) {
    if (!(error instanceof Error) || isBug(error) || (error instanceof ApiError && error.code === 401)) throw error;
    return { id, title, remarks: [], unknown: [], failure: unreadReason(error) };
  }
}
