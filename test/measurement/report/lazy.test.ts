// The charting library is large: only who draws may load it. What is imported by `await import` is not followed.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

function staticImports(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm);
  return Array.from(found, ([, from, alone]) => from ?? alone ?? '');
}

/** Every package that is loaded when the file is. */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const name of staticImports(file)) {
    if (!name.startsWith('.')) packages.add(name);
    else for (const one of packagesOf(join(dirname(file), name), seen)) packages.add(one);
  }
  return packages;
}

const drawing = /^(?:echarts|junit-report-builder)/;

it.each(['main.ts', 'measurement/report/markdown.ts'])('%s starts without a charting library', (file) => {
  const packages = [...packagesOf(join(source, file))];
  expect(packages.filter((name) => drawing.test(name))).toEqual([]);
});

it('the report does load it, so that this test could fail', () => {
  expect([...packagesOf(join(source, 'measurement/report/html/html.ts'))]).toContain('echarts/core');
});

it('nothing outside of the report loads it, except when it draws', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  // A report in JUnit XML is written by files of that name.
  const reports = /^measurement\/report\/|\/junit\.ts$/;
  const others = files.filter((file) => file.endsWith('.ts') && !reports.test(file));
  const eager = others.filter((file) => [...packagesOf(join(source, file))].some((name) => drawing.test(name)));
  expect(eager).toEqual([]);
});
