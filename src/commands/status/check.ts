// What one check of `hitless status` is, and what it can say: a line of facts, what is wrong, and what could not be read.

import type { Severity } from '../../rules/finding.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { Scope } from './scope.ts';

/** One thing that needs attention. */
export interface Remark {
  readonly severity: Severity;
  /** What is wrong: a clause. */
  readonly message: string;
  /** What to do about it: a clause. Absent where there is nothing to do. */
  readonly action?: string;
}

export interface Judgement {
  /** The state in a few words, whatever the remarks are. Absent where nothing could be read. */
  readonly summary?: string;
  readonly remarks: readonly Remark[];
  /** What is not known, each with the permission that is missing. */
  readonly unknown: readonly string[];
  /** The same as the summary, for programs. */
  readonly facts?: JsonObject;
}

export interface Check {
  /** Names it in the output, and for --skip. */
  readonly id: string;
  readonly title: string;
  /** Absent: always. */
  readonly isAsked?: (scope: Scope) => boolean;
  /** @throws ApiError */
  readonly run: (scope: Scope) => Promise<Judgement>;
}

/** Reading is apart from judging, so that every judgement can be tested without a cluster. */
export interface CheckParts<Facts> {
  readonly id: string;
  readonly title: string;
  readonly isAsked?: (scope: Scope) => boolean;
  readonly read: (scope: Scope) => Promise<Facts>;
  readonly judge: (facts: Facts, scope: Scope) => Judgement;
}

export function defineCheck<Facts>({ read, judge, ...check }: CheckParts<Facts>): Check {
  return { ...check, run: async (scope) => judge(await read(scope), scope) };
}

/** What became of a check; `failure` where the API server refused, for another reason than permissions, or did not answer. */
export interface CheckResult extends Judgement {
  readonly id: string;
  readonly title: string;
  readonly failure?: string;
}
