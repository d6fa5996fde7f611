// `hitless audit`: prints what the rules find in the workloads of clusters, without changing anything.

import { acceptanceSettings, createAcceptance } from '../../lint/acceptance/acceptance.ts';
import { acceptanceNotices } from '../../lint/acceptance/notices.ts';
import { problemLine } from '../../lint/inputs.ts';
import { type OutputTarget, outputsOrText } from '../../lint/reporters/outputs.ts';
import { isFailing } from '../../lint/result.ts';
import { errorLine, noticeLine } from '../../terminal/lines.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import { outputMistake, writeOutputs } from '../outputs.ts';
import { isBug, withCluster } from '../with-cluster.ts';
import { auditCluster, notice, type Sentence } from './audit-cluster.ts';
import { auditClusters, type ClusterOutcome, sharedServers } from './audit-clusters.ts';
import type { AuditTask } from './audit-task.ts';
import { type ChosenContexts, chooseContexts } from './choose-contexts.ts';
import { clustersText } from './clusters-text.ts';
import { auditJson } from './json.ts';
import { mergeClusters, mergeSentences } from './merge-clusters.ts';
import { type AuditOptions, inputFiles, optionConflict } from './options.ts';
import { showClusters } from './progress.ts';
import { auditReport } from './report.ts';
import { type AuditResult, severitiesIn } from './result.ts';
import { auditText } from './text.ts';
import { readTrialPolicies } from './trial-policies.ts';

/** 0: nothing at or above `failOn`. 1: findings. 2: usage, no cluster, or a part or a cluster that could not be read or written. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const outputs = outputsOrText(options.output);
  const conflict = optionConflict(options) ?? (await outputMistake(outputs, inputFiles(options)));
  if (conflict !== undefined) {
    terminal.err(`hitless audit: ${visible(conflict)}\n`);
    return 2;
  }
  const read = await readTrialPolicies(options, terminal);
  if ('problems' in read) {
    for (const problem of read.problems) terminal.err(`${problemLine(problem)}\n`);
    return 2;
  }
  const task = { scope: options, acceptance: createAcceptance(acceptanceSettings(options)), trial: read.trial };
  const telling = { options, outputs, terminal };
  return options.contexts === undefined ? auditOne(task, telling) : auditMatching(options.contexts, task, telling);
}

interface Telling {
  readonly options: AuditOptions;
  readonly outputs: readonly OutputTarget[];
  readonly terminal: Terminal;
}

function auditOne(task: AuditTask, telling: Telling): Promise<ExitCode> {
  const { options, terminal } = telling;
  return withCluster({ name: 'audit', options, terminal, showsReading: true }, async (api) => {
    const { result, sentences } = await auditCluster(api, task);
    const told = [...sentences, ...endedEntries(task, options)];
    return tell({ result, sentences: told, text: (to) => auditText(result, to, options) }, telling);
  });
}

const usualParallel = 4;

async function auditMatching(pattern: string, task: AuditTask, telling: Telling): Promise<ExitCode> {
  const { options, terminal } = telling;
  const { parallel = usualParallel, requestTimeout } = options;
  let chosen: ChosenContexts;
  try {
    chosen = await chooseContexts(pattern, options);
  } catch (error) {
    if (!(error instanceof Error) || isBug(error)) throw error;
    errorLine(terminal, `hitless audit: ${visible(error.message)}`);
    return 2;
  }
  const onProgress = showClusters(terminal);
  const outcomes = await auditClusters({ ...chosen, parallel, task, requestTimeout, onProgress });
  return tellClusters(outcomes, endedEntries(task, options), telling);
}

function tellClusters(
  outcomes: readonly ClusterOutcome[],
  more: readonly Sentence[],
  telling: Telling,
): Promise<ExitCode> {
  const result = mergeClusters(outcomes);
  const failures = outcomes.flatMap(({ cluster, failure }) =>
    failure === undefined ? [] : [{ text: `${cluster}: ${failure}`, isGrave: true }],
  );
  const sentences = [...failures, ...mergeSentences(outcomes), ...sharedServers(outcomes).map(notice), ...more];
  const text = (terminal: Terminal) => clustersText(outcomes, result, { terminal, flags: telling.options });
  return tell({ result, sentences, text }, telling);
}

/** A sentence for each entry of the configuration that is over and that something matches. */
function endedEntries({ acceptance }: AuditTask, { ignores }: AuditOptions): readonly Sentence[] {
  const nothing = { limits: [], unused: new Map<string, number>() };
  return acceptanceNotices({ ignores, examined: [] }, { entries: acceptance.taken().entries, ...nothing }).map(notice);
}

interface Told {
  readonly result: AuditResult;
  readonly sentences: readonly Sentence[];
  readonly text: (terminal: Terminal) => string;
}

async function tell({ result, sentences, text }: Told, { options, outputs, terminal }: Telling): Promise<ExitCode> {
  const notices = sentences.map((one) => one.text);
  const isWritten = await writeOutputs({
    ...{ outputs, terminal, options, report: auditReport(result, { notices, reach: options }) },
    text: (to) => [text(to)],
    json: () => [auditJson(result)],
  });
  for (const one of sentences) (one.isGrave ? errorLine : noticeLine)(terminal, `hitless audit: ${visible(one.text)}`);
  if (result.problems.length > 0 || !isWritten) return 2;
  return isFailing(severitiesIn(result), options.failOn) ? 1 : 0;
}
