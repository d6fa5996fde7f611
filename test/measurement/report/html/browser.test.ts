// The report as a reader sees it, in a real Chromium.

import { describe, expect, it } from 'vitest';
import { lossesSvg } from '../../../../src/measurement/report/charts/losses.ts';
import { palette } from '../../../../src/measurement/report/charts/palette.ts';
import { timelineSvg } from '../../../../src/measurement/report/charts/timeline/timeline.ts';
import { htmlReport } from '../../../../src/measurement/report/html/html.ts';
import { junitReport } from '../../../../src/measurement/report/junit.ts';
import { ask, inChromium, newPage, pixelsOf, type View, withDocument } from '../../../support/report/chromium.ts';
import { labResult, measurement } from '../../../support/report/lab-result.ts';
import { nasty, nastyLab, nastyVerify } from '../../../support/report/nasty.ts';
import { verifyReport } from '../../../support/report/verify-report.ts';

const views: readonly (View & { readonly title: string })[] = [
  { title: 'light', width: 1100 },
  { title: 'dark', width: 1100, colorScheme: 'dark' },
  { title: 'between', width: 720 },
  { title: 'a telephone', width: 360 },
  { title: 'a telephone in the dark', width: 360, colorScheme: 'dark' },
  // A4 between its margins.
  { title: 'print', width: 688, media: 'print' },
  { title: 'print of a dark desktop', width: 688, media: 'print', colorScheme: 'dark' },
];

const fewViews = views.filter(({ title }) => title === 'light' || title === 'a telephone');

const lab = labResult();
const everyLane = ['get-new', 'post-new', 'get-kept', 'post-kept', 'websocket', 'grpc-unary', 'grpc-stream'] as const;
const seven = measurement({ seed: 3, sleep: 5, lanes: everyLane, rate: 30, seconds: 60 });
const large = {
  ...lab,
  rows: [1, 2, 4].flatMap((replicas) => lab.rows.map((row) => ({ ...row, replicas }))),
  timelines: lab.timelines.map((line) => ({ ...line, measurement: seven })),
  failures: ['all ends ×2, rollout 3: the pod web-7c5b8d-zz41p was not ready within 60 s'],
};
const reports = [
  { name: 'lab', text: htmlReport(lab), shown: views },
  { name: 'lab of 36 rows, with a failure', text: htmlReport(large), shown: fewViews },
  { name: 'verify', text: htmlReport(verifyReport()), shown: fewViews },
];

inChromium((browser) => {
  describe.each(reports)('$name', ({ text, shown }) => {
    it.each(shown)('$title: no complaint, no blank picture, nothing wider than the page', async (view) => {
      await withDocument(browser(), { text, view }, async ({ page, complaints }) => {
        expect(await ask<number>(page, 'width')).toBeLessThanOrEqual(view.width);
        expect(await ask(page, 'crowdedTexts')).toEqual([]);
        const { colours, bright, dark } = await pixelsOf(browser(), await page.screenshot({ fullPage: true }));
        expect(colours).toBeGreaterThan(200);
        const isDark = view.colorScheme === 'dark' && view.media !== 'print';
        expect(isDark ? dark : bright).toBeGreaterThan(0.6);
        expect(isDark ? bright : dark).toBeLessThan(0.1);
        expect(complaints).toEqual([]);
      });
    });
  });

  it('shows headings, tables with headed rows and columns, and the text of the charts', async () => {
    await withDocument(browser(), { text: htmlReport(lab), view: { width: 1100 } }, async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('What a rollout loses');
      const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
      expect(headings).toEqual([
        'Losses per rollout',
        'By kind of traffic',
        'By cause',
        'How long the network takes',
        'The sleep for this path',
        'Single rollouts',
        'How it was measured',
      ]);
      const row = page.getByRole('row', { name: 'nothing fixed application exits at once' }).first();
      expect(await row.getByRole('rowheader').count()).toBe(1);
      expect(await row.getByRole('cell').allTextContents()).toEqual([
        'not applicable',
        '20',
        '210,000',
        '1,469',
        '73.5 (68.3 to 78.6)',
        '490 ms',
      ]);
      expect(await page.getByRole('columnheader', { name: 'longest gap' }).isVisible()).toBe(true);
      for (const words of ['GET, new connections', '58 of 1,500 lost', 'preStop sleep', 'application drains']) {
        expect(await page.locator('.wide svg text', { hasText: words }).first().isVisible(), words).toBe(true);
        expect(await page.locator('.narrow svg text', { hasText: 'drains' }).first().isVisible()).toBe(false);
      }
      expect(await page.getByRole('img', { name: /Timeline of one rollout: 263 of 6,000/ }).count()).toBe(1);
      expect(await page.locator('pre').first().innerText()).toContain('kind: RolloutPolicy');
    });
  });

  it('every link within the page leads somewhere, and ids are there once', async () => {
    for (const { text } of reports) {
      await withDocument(browser(), { text, view: { width: 1100 } }, async ({ page }) => {
        expect(await ask(page, 'wrongIds')).toEqual([]);
      });
    }
  });

  it('prints on pages of paper', async () => {
    await withDocument(
      browser(),
      { text: htmlReport(lab), view: { width: 1100, colorScheme: 'dark' } },
      async ({ page }) => {
        const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
        const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
        expect(pages).toBeGreaterThan(3);
        expect(pages).toBeLessThan(12);
      },
    );
  });

  it('names from a cluster neither run nor leave their place', async () => {
    for (const text of [htmlReport(nastyLab(lab)), htmlReport(nastyVerify(verifyReport()))]) {
      await withDocument(browser(), { text, view: { width: 360 } }, async ({ page, complaints }) => {
        expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
        expect(await page.locator('script, img').count()).toBe(0);
        expect(await ask<number>(page, 'width')).toBeLessThanOrEqual(360);
        expect(complaints).toEqual([]);
      });
    }
  });

  it('charts and JUnit are well-formed XML, whatever names hold', async () => {
    const { rows, timelines } = nastyLab(lab);
    const [line] = timelines;
    if (line === undefined) throw new Error('the generator makes time lines');
    const documents = [
      timelineSvg({ title: nasty, subtitle: nasty, measurement: line.measurement }),
      lossesSvg({ title: nasty, rows }),
      lossesSvg({ title: nasty, rows }, { width: 360 }),
      junitReport(nastyLab(lab)),
      junitReport(nastyVerify(verifyReport())),
    ];
    const page = await newPage(browser(), {});
    const errors = await ask(page, 'xmlErrors', documents);
    await page.close();
    expect(errors).toEqual([]);
  });

  it.each([
    'light',
    'dark',
  ] as const)('as an image in a %s page, a chart has the colours of that page', async (colorScheme) => {
    const svg = timelineSvg({ title: 'nothing fixed', measurement: seven });
    const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    const text = `<!doctype html><link rel="icon" href="data:,"><body style="margin:0"><img src="${source}">`;
    await withDocument(browser(), { text, view: { width: 960, colorScheme } }, async ({ page, complaints }) => {
      expect(await ask(page, 'corner')).toBe(palette.surface[colorScheme]);
      expect(complaints).toEqual([]);
    });
  });
});
