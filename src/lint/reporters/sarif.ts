// Findings as SARIF 2.1.0, for code scanning: the worst first, and within what GitHub takes.

import { docsUrl } from '../../names.ts';
import { count, number } from '../../text/count.ts';
import { longList, visibleJsonPieces } from '../../text/json-pieces.ts';
import { version } from '../../version.ts';
import { byKindAndReason } from '../not-judged.ts';
import { type FindingsReport, ignoredIn, worstFirst } from '../report.ts';
import { auditTopics, topics } from '../topics.ts';
import { gzipBudget } from './gzip-budget.ts';
import type { ReportOptions } from './reporter.ts';
import { notJudgedNotification, problemNotification, sarifResult, sarifRule } from './sarif-parts.ts';
import { trialSentences } from './trial-sentences.ts';

/** GitHub refuses an upload with more results in a run, and one of more than 10 MB once it is compressed. */
const limits = { results: 25_000, packedBytes: 9_500_000 };

/** Of the results so far. */
interface Written {
  all: number;
  written: number;
}

export function* sarifOutput(report: FindingsReport, options: ReportOptions): Generator<string> {
  const counts: Written = { all: 0, written: 0 };
  const rules = report.command === 'audit' ? auditTopics : topics;
  const run = {
    tool: { driver: { name: 'hitless', version, informationUri: docsUrl, rules: rules.map(sarifRule) } },
    columnKind: 'utf16CodeUnits',
    results: longList(resultsOf(report, options, counts)),
    // Behind the results: what was left out is known then.
    invocations: [
      {
        executionSuccessful: report.problems.length === 0,
        toolExecutionNotifications: longList(notificationsOf(report, options, counts)),
      },
    ],
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  yield* visibleJsonPieces({ $schema: schema, version: '2.1.0', runs: [run] });
  yield '\n';
}

function* resultsOf(report: FindingsReport, { detail }: ReportOptions, counts: Written) {
  const fits = gzipBudget(limits.packedBytes);
  let isFull = false;
  for (const found of worstFirst(report, detail)) {
    counts.all += 1;
    if (isFull) continue;
    const result = sarifResult(found, detail);
    isFull = counts.written === limits.results || !fits(JSON.stringify(result, null, 2));
    if (isFull) continue;
    counts.written += 1;
    yield result;
  }
}

function* notificationsOf(report: FindingsReport, { detail, say }: ReportOptions, counts: Written) {
  yield* report.problems.map(problemNotification);
  const left = counts.all - counts.written;
  if (left > 0) {
    const text = `${number(left)} of ${count(counts.all, 'finding')} are not in the SARIF output, the least severe ones: GitHub takes ${number(limits.results)} in a run, and 10 MB compressed; the output json has all of them`;
    say(text);
    yield { level: 'warning', message: { text } };
  }
  const ignored = detail.showIgnored ? 0 : ignoredIn(report).reduce((sum) => sum + 1, 0);
  if (ignored > 0)
    yield {
      level: 'note',
      message: { text: `${count(ignored, 'ignored finding')}: --show-ignored adds them, as suppressed results` },
    };
  yield* byKindAndReason(report.notJudged).map(notJudgedNotification);
  yield* trialSentences(report.trial).map((text) => ({ level: 'note', message: { text } }));
}
