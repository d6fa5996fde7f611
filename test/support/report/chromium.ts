// A real browser without a network, and what a test asks of a page in it.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

const executablePath = '/usr/bin/chromium';

const hasChromium = existsSync(executablePath);
/** For the title of what is skipped. */
const orWhy = hasChromium ? '' : ` (skipped: there is no ${executablePath} here)`;
// A browser on a busy machine takes its time.
const timeout = 120_000;

/** Tests that share one browser. */
export function inChromium(tests: (browser: () => Browser) => void): void {
  describe.skipIf(!hasChromium)(`in Chromium${orWhy}`, { timeout }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    }, timeout);
    afterAll(() => browser?.close());
    tests(() => browser);
  });
}

function launch(): Promise<Browser> {
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath, args });
}

export interface View {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

export interface Opened {
  readonly page: Page;
  /** What went wrong: console errors, exceptions, requests other than for the document. */
  readonly complaints: readonly string[];
}

/** Opens the document from a file, as a reader does, hands it over, and closes it. */
export async function withDocument(
  browser: Browser,
  { text, view }: { readonly text: string; readonly view: View },
  look: (opened: Opened) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-report-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, text);
  const { width, colorScheme = 'light', media = 'screen' } = view;
  const page = await newPage(browser, { viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${file}` && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  try {
    await page.emulateMedia({ media, colorScheme });
    await page.goto(`file://${file}`);
    await look({ page, complaints });
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
}

export interface Pixels {
  readonly colours: number;
  readonly bright: number;
  readonly dark: number;
}

/** The browser decodes its own screenshot. */
export async function pixelsOf(browser: Browser, picture: Buffer): Promise<Pixels> {
  const page = await newPage(browser, {});
  try {
    return await ask<Pixels>(page, 'pixels', `data:image/png;base64,${picture.toString('base64')}`);
  } finally {
    await page.close();
  }
}

/** Calls what in-page.js defines. */
export function ask<Answer>(page: Page, name: string, given?: unknown): Promise<Answer> {
  return page.evaluate<Answer>(`inPage.${name}(${given === undefined ? '' : JSON.stringify(given)})`);
}

export async function newPage(browser: Browser, options: Parameters<Browser['newPage']>[0]): Promise<Page> {
  const page = await browser.newPage(options);
  await page.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) });
  await page.goto('about:blank');
  return page;
}
