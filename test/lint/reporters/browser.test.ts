// The page and the XML as their readers see them, in a real Chromium.

import { describe, expect, it } from 'vitest';
import type { FindingsReport } from '../../../src/lint/report.ts';
import { htmlOutput } from '../../../src/lint/reporters/html/html.ts';
import { junitOutput } from '../../../src/lint/reporters/junit.ts';
import { ask, inChromium, newPage, type View, withDocument } from '../../support/report/chromium.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';

const views: readonly (View & { readonly title: string })[] = [
  { title: 'light', width: 1280 },
  { title: 'dark', width: 1280, colorScheme: 'dark' },
  { title: 'a telephone', width: 360 },
  // A4 between its margins.
  { title: 'print', width: 688, media: 'print', colorScheme: 'dark' },
];

const severities = ['error', 'warning', 'note'] as const;
const change = { path: 'spec.template.spec.containers[web].lifecycle.preStop', value: { sleep: { seconds: 10 } } };
const diff = `@@ -1,2 +1,3 @@\n image: registry.example/${'long/'.repeat(30)}web\n-b: 2\n+b: 3\n`;
const ignored = { by: 'annotation', where: 'Deployment annotation ignore.hitless.dev/pre-stop-sleep' } as const;

/** 2,000 findings in 20 namespaces. */
function large(command: 'check' | 'audit'): FindingsReport {
  const examined = Array.from({ length: 667 }, (_, at) => {
    const object = { kind: 'Deployment', namespace: `team-${at % 20}`, name: `web-${at}` };
    const place = command === 'check' ? { line: 3, column: 5, edit: { replacements: [], diff } } : {};
    const diagnostics = severities.map((severity) => {
      const message = `container web-${at} gets SIGTERM while traffic is still sent to it`;
      return finding({ severity, message, changes: [change], summary: 'a sleep', ...place });
    });
    const file = command === 'check' ? { file: `deploy/overlays/production/team-${at % 20}/web-${at}.yaml` } : {};
    return workload(object.name, { object, diagnostics, ...file, ignored: at < 20 ? [{ ...finding(), ignored }] : [] });
  });
  return reported(examined, { command, about: ['https://api.cluster.example:6443', '1 May 2026'] });
}

function pageOf(report: FindingsReport): string {
  return [...htmlOutput(report, reportOptions())].join('');
}

const voidElements = ['input', 'br', 'img', 'meta', 'link', 'hr'];

/** Every element of the body as it is written, with how many are open around it. */
function written(text: string): readonly string[] {
  const body = text.slice(text.indexOf('<body>') + '<body>'.length).replace(/(<script>)[\s\S]*?(<\/script>)/, '$1$2');
  const open: string[] = [];
  const all: string[] = [];
  for (const [, close, name = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (name === 'body' || name === 'html') continue;
    if (close === '/') expect(open.pop()).toBe(name);
    else all.push(`${name} ${open.length + 1}`);
    if (close === '' && !voidElements.includes(name)) open.push(name);
  }
  expect(open).toEqual([]);
  return all;
}

const reports = [
  { title: 'of check', report: large('check') },
  { title: 'of audit', report: large('audit') },
  { title: 'with names that try to break out', report: nastyReport() },
  { title: 'of an audit with such names', report: { ...nastyReport(), command: 'audit' } as const },
];

inChromium((browser) => {
  describe.each(reports)('the page $title', ({ report }) => {
    const text = pageOf(report);

    it.each(
      views,
    )('$title: fetches nothing, runs nothing of others, is as wide as the window and can be read', async (view) => {
      await withDocument(browser(), { text, view }, async ({ page, complaints }) => {
        expect(await ask<number>(page, 'width')).toBeLessThanOrEqual(view.width);
        await page.evaluate("for (const one of document.querySelectorAll('.finding')) one.open = true");
        expect(await ask<number>(page, 'width')).toBeLessThanOrEqual(view.width);
        expect(await ask(page, 'faintTexts')).toEqual([]);
        expect(await ask(page, 'wrongIds')).toEqual([]);
        expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
        expect(complaints).toEqual([]);
      });
    });

    it('is nested as it is written: every element is closed where it ends', async () => {
      await withDocument(browser(), { text, view: { width: 1280 } }, async ({ page }) => {
        expect(await ask(page, 'nesting')).toEqual(written(text));
      });
    });
  });

  it('filters by words and by severity, and shows all again', async () => {
    await withDocument(browser(), { text: pageOf(large('audit')), view: { width: 1280 } }, async ({ page }) => {
      const shown = page.locator('#shown');
      await page.fill('#filter', 'team-7 web-127');
      expect(await shown.textContent()).toBe('3 shown');
      expect(await page.locator('.finding:visible').count()).toBe(3);
      await page.click('label[for=show-error]');
      expect(await shown.textContent()).toBe('2 shown');
      await page.fill('#filter', '');
      expect(await shown.textContent()).toBe('1,334 shown');
      await page.click('label[for=show-error]');
      expect(await shown.textContent()).toBe('2,001 shown');
      expect(await page.locator('.namespace[open]').count()).toBe(1);
    });
  });

  it.each(reports)('JUnit $title is well-formed, and its suites count what they hold', async ({ report }) => {
    const text = [...junitOutput(report, reportOptions())].join('');
    const page = await newPage(browser(), {});
    expect(await ask(page, 'xmlErrors', [text])).toEqual([]);
    const suites = await ask<{ name: string; said: number[]; held: number[]; unnamed: number }[]>(page, 'suites', text);
    await page.close();
    expect(suites.length).toBeGreaterThan(1);
    for (const { name, said, held, unnamed } of suites)
      expect({ name, said, unnamed }).toEqual({ name, said: held, unnamed: 0 });
  });
});
