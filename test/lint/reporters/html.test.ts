// The page: what it shows of a report, and that nothing of a report becomes a part of it.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FindingsReport } from '../../../src/lint/report.ts';
import { htmlOutput } from '../../../src/lint/reporters/html/html.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';

const htmlOf = (report: FindingsReport) => [...htmlOutput(report, reportOptions())].join('');

describe('the page', () => {
  const change = { path: 'spec.template.spec.containers[web].lifecycle.preStop', value: { sleep: { seconds: 10 } } };
  const diff = '@@ -1,2 +1,3 @@\n a: 1\n-b: 2\n+b: 3\n';
  const report = reported(
    [
      workload('calm', { object: { kind: 'Deployment', namespace: 'alpha', name: 'calm' }, diagnostics: [finding()] }),
      workload('web', {
        diagnostics: [
          finding({ severity: 'note', message: 'advice' }),
          finding({ changes: [change], summary: 'a sleep' }),
          finding({ severity: 'error', rule: 'manifest', changes: [change], edit: { replacements: [], diff } }),
        ],
        ignored: [{ ...finding(), ignored: { by: 'annotation', where: 'annotation x', reason: 'it drains' } }],
      }),
      workload('off', { skipped: 'an annotation says so' }),
    ],
    { notices: ['a remark'], problems: [{ message: 'no permission' }] },
  );
  const text = htmlOf(report);

  it('has the worst namespace first, and in it the worst finding', () => {
    const order = Array.from(
      text.matchAll(/<h3>(.*?)<\/h3>|class="finding (\w+)"/g),
      ([, name, severity]) => name ?? severity,
    );
    expect(order).toEqual(['shop', 'error', 'warning', 'note', 'alpha', 'warning']);
  });

  it('shows each edit: of a file as a diff, of an object as the fields that are written', () => {
    expect(text).toContain('<span class="removed">-b: 2\n</span><span class="added">+b: 3\n</span>');
    expect(text).toContain(
      'containers:\n        - name: web\n          lifecycle:\n            preStop:\n              sleep:\n',
    );
    expect(text).toContain('no edit is written for it');
  });

  it('names what is ignored with its reason, what is left alone, and what could not be read', () => {
    for (const words of ['it drains', 'annotation x', 'an annotation says so: shop/off', 'a remark', 'no permission'])
      expect(text).toContain(words);
  });

  it('says that nothing was found, without a filter for nothing', () => {
    const calm = htmlOf(reported([workload('web')]));
    expect(calm).toContain('Nothing found in 1 Deployment in 1 namespace.');
    expect(calm).not.toContain('<script');
    expect(calm).not.toContain('id="findings"');
  });

  it('runs its own script and nothing else, by a hash in its policy', () => {
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(text) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    const [, policy] = /Content-Security-Policy" content="(.*?)"/.exec(text) ?? [];
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    expect(text).not.toMatch(/<(link|img|iframe)|src=|url\(/);
  });

  it('of many findings shows the worst, and says how many it leaves out', () => {
    const many = Array.from({ length: 6_000 }, (_, at) =>
      workload(`web-${at}`, { diagnostics: [finding({ severity: at === 5_999 ? 'error' : 'note' })] }),
    );
    const large = htmlOf(reported(many));
    expect(large.match(/class="finding /g)).toHaveLength(5_000);
    expect(large).toContain('class="finding error"');
    expect(large).toContain('1,000 findings are not on this page');
    expect(large).toContain('5,999 notes');
  });

  it('no string of a file or a cluster leaves its place', () => {
    const nastyText = htmlOf(nastyReport());
    expect(nastyText.match(/<script/g)).toHaveLength(1);
    expect(nastyText).not.toContain('<img');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there.
    expect(nastyText).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\ud800-\udfff]/);
  });
});
