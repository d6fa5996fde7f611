// The exit code of `verify`: what the requests say comes before what the command says.

import type { VerifyResult } from '../../measurement/verify/result.ts';
import type { ExitCode } from '../../terminal/terminal.ts';

/** 3: the command failed. 126, 127: it was not started, as a shell says it. */
export type VerifyExitCode = ExitCode | 3 | 126 | 127;

const verdicts: Readonly<Record<VerifyResult['verdict'], ExitCode>> = { passed: 0, lost: 1, unknown: 2 };

/** The command's own exit code is in the result: as ours it could not be told from a verdict. */
export function verifyExitCode({ verdict, during }: Pick<VerifyResult, 'verdict' | 'during'>): VerifyExitCode {
  if (during?.reason !== undefined) return during.exitCode === 127 ? 127 : 126;
  // A rollout that did not end is mostly the consequence of a command that failed.
  if (verdict !== 'lost' && (during?.exitCode ?? 0) !== 0) return 3;
  return verdicts[verdict];
}
