// Findings as a page for people who would rather look than read: one HTML document that needs neither a network nor a script.

import { page } from '../../../page/page.ts';
import { number } from '../../../text/count.ts';
import { version } from '../../../version.ts';
import type { FindingsReport, ReportedProblem } from '../../report.ts';
import type { ReportOptions } from '../reporter.ts';
import { contentsOf } from './contents.ts';
import { filterScript } from './filter.ts';
import { findingsMarkup } from './findings.ts';
import { figuresOf, namespaceSection, ruleSection, verdictOf } from './overview.ts';
import { ignoredSection, leftAloneSection, meaningSection, notJudgedSection, remarkSection } from './rest.ts';
import { findingsStyle } from './style.ts';
import { trialSection } from './trial.ts';

export function* htmlOutput(report: FindingsReport, options: ReportOptions): Generator<string> {
  const contents = contentsOf(report);
  const hasFindings = contents.rules.length > 0;
  const findings = { id: 'findings', title: 'Findings', body: findingsMarkup(contents) };
  yield page({
    title: 'What would lose requests during a rollout',
    about: [`hitless ${report.command}`, ...(report.about ?? []), `version ${version}`],
    verdict: verdictOf(report, contents, options),
    figures: figuresOf(report, contents),
    failures: { title: 'Not everything could be read', sentences: problemTexts(report) },
    sections: [
      ...trialSection(report),
      ...ruleSection(contents),
      ...namespaceSection(contents),
      ...(hasFindings ? [findings] : []),
      ...ignoredSection(contents),
      ...leftAloneSection(contents),
      ...notJudgedSection(report),
      ...remarkSection(report),
      ...(hasFindings ? [meaningSection(report)] : []),
    ],
    addition: { style: findingsStyle, script: hasFindings ? filterScript : '' },
  });
}

const mostProblems = 50;

function problemTexts({ problems }: FindingsReport): readonly string[] {
  const rest = problems.length - mostProblems;
  const texts = problems.slice(0, mostProblems).map(problemText);
  return rest > 0 ? [...texts, `and ${number(rest)} more`] : texts;
}

function problemText({ file, line, column = 1, message }: ReportedProblem): string {
  const place = line === undefined ? '' : `:${line}:${column}`;
  return file === undefined ? message : `${file}${place}: ${message}`;
}
