// What the reports of `verify` say about the command that was measured, or about the time; and about what was watched.

import { count, number } from '../../text/count.ts';
import type { During, VerifyReport } from '../verify/report.ts';

/** `exited with code 1`; undefined where there was no command. */
export function commandEnd({ exitCode, signal, reason }: During): string | undefined {
  if (reason !== undefined) return `was not started: ${reason}`;
  if (signal !== undefined) return `was ended by ${signal}`;
  return exitCode === undefined ? undefined : `exited with code ${exitCode}`;
}

/** `while the command ran`, `in 60 s`, `in 3 rollouts`. */
export function scope({ during, rollouts }: Pick<VerifyReport, 'during' | 'rollouts'>): string {
  if (during === undefined) return `in ${count(rollouts.length, 'rollout')}`;
  return during.command === undefined ? `in ${number(during.seconds)} s` : 'while the command ran';
}

/** `Deployment shop/web`; without a workload the address. */
export function measuredName({ target, url }: Pick<VerifyReport, 'target' | 'url'>): string {
  return target === undefined ? url : `${target.kind} ${target.namespace}/${target.name}`;
}

/** What one measurement is called: `rollout 2`, `command`, `60 s`. */
export function caseName({ during }: Pick<VerifyReport, 'during'>, at: number): string {
  if (during === undefined) return `rollout ${at + 1}`;
  return during.command === undefined ? `requests of ${number(during.seconds)} s` : 'requests while the command ran';
}
