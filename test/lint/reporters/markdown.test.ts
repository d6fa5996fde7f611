// Markdown for a comment: numbers, findings as far as they fit, and text that stays text.

import { describe, expect, it } from 'vitest';
import type { FindingsReport } from '../../../src/lint/report.ts';
import type { DetailFlags } from '../../../src/lint/reporters/detail.ts';
import { markdownOutput } from '../../../src/lint/reporters/markdown.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';

const markdown = (report: FindingsReport, detail: DetailFlags = {}) =>
  [...markdownOutput(report, reportOptions({ detail }))].join('');

const many = (amount: number) =>
  Array.from({ length: amount }, (_, at) => {
    const severity = at % 100 === 99 ? 'error' : 'warning';
    const message = `${severity} number ${at}, with words that make the line as long as such lines are`;
    return workload(`web-${at}`, {
      file: `deploy/web-${at}.yaml`,
      diagnostics: [finding({ severity, message, line: at + 1, column: 1 })],
    });
  });

describe('Markdown', () => {
  it('has the numbers by rule, the findings with their places, and what was not judged', () => {
    const web = workload('web', {
      file: 'deploy/web.yaml',
      diagnostics: [
        finding({ line: 3 }),
        finding({ rule: 'manifest', severity: 'error', message: 'no such field', line: 9 }),
      ],
      ignored: [{ ...finding({ line: 3 }), ignored: { by: 'annotation', where: 'annotation x', reason: 'it drains' } }],
    });
    const object = { kind: 'CronJob', namespace: 'shop', name: 'clean' };
    const report = reported([web], {
      notJudged: [{ object, apiVersion: 'batch/v1', reason: 'it serves nobody' }],
      hint: (_, style) => ` ${style('bold', 'hitless fix')} writes it.`,
    });
    expect(markdown(report)).toMatchInlineSnapshot(`
      "## hitless check: 1 error, 1 warning

      1 Deployment in 2 files. \`hitless fix\` writes it. 1 finding is ignored.

      | rule | errors | warnings | notes | workloads |
      | --- | ---: | ---: | ---: | ---: |
      | [manifest](https://hitless.dev/docs/rules#manifest) | 1 | 0 | 0 | 1 |
      | [pre-stop-sleep](https://hitless.dev/docs/rules#pre-stop-sleep) | 0 | 1 | 0 | 1 |

      <details><summary>1 error</summary>

      **[manifest](https://hitless.dev/docs/rules#manifest)**

      - deploy/web.yaml:9: Deployment shop/web: no such field

      </details>

      <details><summary>1 warning</summary>

      **[pre-stop-sleep](https://hitless.dev/docs/rules#pre-stop-sleep)**

      - deploy/web.yaml:3: Deployment shop/web: sleep 10 s first

      </details>

      <details><summary>1 workload not judged</summary>

      - 1 CronJob: it serves nobody

      </details>
      "
    `);
    expect(markdown(report, { showIgnored: true })).toContain('sleep 10 s first (ignored: it drains)\n');
  });

  it('says that nothing was found', () => {
    expect(markdown(reported([workload('web', { file: 'web.yaml' })]))).toBe(
      '## hitless check: nothing found\n\n1 Deployment in 2 files.\n',
    );
  });

  it('fits into a comment of GitHub: the worst first, and the others counted', () => {
    const text = markdown(reported(many(3_000)));
    expect(text.length).toBeLessThan(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    const shown = text.match(/^- /gm)?.length ?? 0;
    expect(text.match(/error number/g)).toHaveLength(30);
    const [, left = ''] =
      /\n([\d,]+) findings are not shown here, because a comment holds at most 65,536/.exec(text) ?? [];
    expect(shown + Number(left.replace(',', ''))).toBe(3_000);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  });

  it('fits even where every string is long', () => {
    const long = 'x'.repeat(100_000);
    const report = reported(
      [workload(long, { file: long, diagnostics: [finding({ message: long, rule: 'manifest' })] })],
      {
        problems: Array.from({ length: 500 }, () => ({ file: long, line: 1, message: long })),
        notJudged: Array.from({ length: 500 }, (_, at) => ({
          ...{ object: { kind: `Kind${at}`, namespace: long, name: long }, apiVersion: 'x.example/v1', reason: long },
        })),
      },
    );
    expect(markdown(report).length).toBeLessThan(65_536);
  });

  it('no string of a file is Markdown, HTML or a mention', () => {
    const text = markdown(nastyReport(), { showIgnored: true });
    const tags = new Set(Array.from(text.matchAll(/(?<!\\)<\/?([\w-]+)/g), ([, name]) => name));
    expect(tags).toEqual(new Set(['details', 'summary']));
    const [row = ''] = text.split('\n').filter((line) => line.startsWith('| ['));
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
    const mention = markdown(reported([workload('web', { diagnostics: [finding({ message: 'ask @somebody' })] })]));
    expect(mention).toContain('ask @<!-- -->somebody');
  });
});
