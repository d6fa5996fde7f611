// The report before a browser sees it.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { htmlReport } from '../../../../src/measurement/report/html/html.ts';
import { visibleLines } from '../../../../src/text/hidden.ts';
import { brief, html } from '../../../../src/text/markup.ts';
import { labResult } from '../../../support/report/lab-result.ts';
import { nastyLab, nastyVerify } from '../../../support/report/nasty.ts';
import { verifyReport } from '../../../support/report/verify-report.ts';

const lab = htmlReport(labResult());
const verify = htmlReport(verifyReport());

function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

it('the same result gives the same bytes', () => {
  expect(htmlReport(labResult())).toBe(lab);
  expect(htmlReport(verifyReport())).toBe(verify);
});

it('a report with two time lines of 6,000 requests stays under 2 MB', () => {
  expect(labResult().timelines.map(({ measurement }) => measurement.samples.length)).toEqual([6000, 6000]);
  expect(Buffer.byteLength(lab)).toBeLessThan(2_000_000);
});

it('nothing in it is fetched, and nothing runs', () => {
  for (const page of [lab, verify]) {
    expect(page).not.toMatch(/<script|<link|<iframe|<img|@import|url\(|\son\w+=/i);
    const addresses = Array.from(page.matchAll(/https?:\/\/[^"'\s<]*/g), ([address]) => address);
    const known = ['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink', 'http://web.shop.example/'];
    expect(addresses.filter((address) => !known.includes(address))).toEqual([]);
  }
});

it('the lab tells its result, its figures, the sleep and how it was measured', () => {
  const text = textOf(lab);
  for (const part of [
    'All of hitless, with an application that drains: 0 of 210,000 requests lost in 20 rollouts.',
    'With nothing fixed: 2,743 of 420,000 requests lost.',
    '73.5 (68.3 to 78.6)',
    'connection closed',
    'name: measured',
    'hitless lab --rollouts 20 --rate 100 --replicas 2',
    'v1.37.1',
    '2026-11-22 13:00 UTC',
    '1 h 28 min',
  ]) {
    expect(text).toContain(part);
  }
});

it('what was not measured stands before the result', () => {
  const result = labResult();
  const page = htmlReport({ ...result, failures: ['all ends ×2, rollout 3: the pod never became ready'] });
  const failure = page.indexOf('rollout 3: the pod never became ready');
  expect(failure).toBeGreaterThan(0);
  expect(failure).toBeLessThan(page.indexOf('class="verdict'));
  expect(lab).not.toContain('Not measured');
});

it('a row without a rollout is not a row without losses', () => {
  const result = labResult();
  const rows = result.rows.map((row) => ({ ...row, rollouts: [], sent: 0, lost: 0, causes: {}, lanes: [] }));
  const text = textOf(htmlReport({ ...result, rows }));
  expect(text).toContain('All of hitless, with an application that drains, was not measured.');
  expect(text).toContain('not measured');
});

it('an interrupted lab that measured nothing is still a report', () => {
  const { lag, recommendation, ...result } = labResult();
  const page = htmlReport({ ...result, rows: [], timelines: [], failures: ['interrupted'] });
  expect(textOf(page)).toContain('interrupted');
  expect(lag).toBeDefined();
  expect(recommendation).toBeDefined();
});

it('lost requests of all of hitless are bad news', () => {
  const result = labResult();
  const rows = result.rows.map((row) => ({ ...row, lost: 3 }));
  expect(htmlReport({ ...result, rows })).toContain('class="verdict bad"');
  expect(lab).toContain('class="verdict good"');
});

it('verify says what to do before it shows the figures', () => {
  const text = textOf(verify);
  expect(text).toContain('What a rollout of web loses');
  expect(text).toContain('1 rollout lost more than the 0 allowed.');
  expect(text.indexOf('Give the container a preStop sleep')).toBeLessThan(text.indexOf('Each rollout, and its losses'));
});

it('verify with losses within what is allowed is good news', () => {
  expect(htmlReport({ ...verifyReport(), maxLost: 500 })).toContain('class="verdict good"');
});

it('verify of a rollout that did not end is no good news, even without losses', () => {
  const page = htmlReport({ ...verifyReport(), maxLost: 500, failures: ['rollout 2 did not complete'] });
  expect(page).toContain('class="verdict plain"');
});

it('names from a cluster stay text', () => {
  for (const page of [htmlReport(nastyLab(labResult())), htmlReport(nastyVerify(verifyReport()))]) {
    expect(page).not.toMatch(/<script|<img|<!--/);
    expect(page).toContain('&lt;script&gt;globalThis.broken=1&lt;/script&gt;');
    expect(page).toContain('\\u202e');
    for (const hidden of ['\u0000', '\u0007', '\u202e', '\ud800']) expect(page).not.toContain(hidden);
  }
});

it('any text is one piece of text in a template, in elements and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`<p title="${text}">${[text, text]}</p>`;
      expect(
        markup
          .replace(/^<p title="/, '')
          .replace(/<\/p>$/, '')
          .replace('">', ''),
      ).not.toMatch(/[<>"']/);
      expect(visibleLines(visibleLines(text))).toBe(visibleLines(text));
      expect([...brief(text, 20)].length).toBeLessThanOrEqual(20);
      expect(brief(text, 20)).not.toMatch(/[\n\t]/);
    }),
  );
});
