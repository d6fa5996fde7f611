// `hitless audit`: prints what the rules find in the workloads of a cluster, without changing anything.

import { type OutputTarget, outputsOrText } from '../../lint/reporters/outputs.ts';
import { isFailing } from '../../lint/result.ts';
import { errorLine, noticeLine } from '../../terminal/lines.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import { outputMistake, writeOutputs } from '../outputs.ts';
import { withCluster } from '../with-cluster.ts';
import { auditCluster, type ClusterAudit } from './audit-cluster.ts';
import { auditJson } from './json.ts';
import { type AuditOptions, optionConflict } from './options.ts';
import { auditReport } from './report.ts';
import { severitiesIn } from './result.ts';
import { auditText } from './text.ts';

/** 0: nothing at or above `failOn`. 1: findings. 2: usage, no cluster, or a part that could not be read or written. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const outputs = outputsOrText(options.output);
  const conflict = optionConflict(options) ?? (await outputMistake(outputs));
  if (conflict !== undefined) {
    terminal.err(`hitless audit: ${visible(conflict)}\n`);
    return 2;
  }
  return withCluster({ name: 'audit', options, terminal, showsReading: true }, async (api) => {
    const audited = await auditCluster(api, options);
    return tell(audited, { options, outputs, terminal });
  });
}

interface Telling {
  readonly options: AuditOptions;
  readonly outputs: readonly OutputTarget[];
  readonly terminal: Terminal;
}

async function tell({ result, sentences }: ClusterAudit, { options, outputs, terminal }: Telling): Promise<ExitCode> {
  const { problems } = result;
  const isWritten = await writeOutputs({
    ...{ outputs, terminal, options, report: auditReport(result, sentences) },
    text: (to) => [auditText(result, to, options)],
    json: () => [auditJson(result)],
  });
  const isGrave = (sentence: string) => problems.some(({ message }) => message === sentence);
  for (const sentence of sentences)
    (isGrave(sentence) ? errorLine : noticeLine)(terminal, `hitless audit: ${visible(sentence)}`);
  if (problems.length > 0 || !isWritten) return 2;
  return isFailing(severitiesIn(result), options.failOn) ? 1 : 0;
}
