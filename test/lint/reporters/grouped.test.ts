// What `check` prints of many workloads: equal findings once, with counts that add up, and nothing hidden without a number.

import { describe, expect, it } from 'vitest';
import { run } from '../../../src/commands/program.ts';
import { hitless } from '../../support/hitless.ts';

interface App {
  readonly name: string;
  /** A Service whose target port nobody declares. */
  readonly broken?: true;
  readonly off?: true;
}

function manifest({ name, broken, off }: App): string {
  const port = broken ? 'nobody' : 8080;
  const service = { selector: { app: name }, ports: [{ port: 80, targetPort: port }] };
  const container = { name, image: 'x:1', ports: [{ name: 'http', containerPort: 8080 }] };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const annotations = off && { 'hitless.dev/mode': 'off' };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: service },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, annotations },
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
    },
  ]
    .map((one) => JSON.stringify(one))
    .join('\n---\n');
}

const manifests = (apps: readonly App[]) => apps.map(manifest).join('\n---\n');
const usual = (amount: number): readonly App[] => Array.from({ length: amount }, (_, at) => ({ name: `app-${at}` }));
const broken = (amount: number): readonly App[] =>
  Array.from({ length: amount }, (_, at) => ({ name: `broken-${at}`, broken: true }) as const);
const cronJob = JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'clean', namespace: 'shop' },
  spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'x', image: 'x' }] } } } } },
});

const check = (text: string, ...flags: readonly string[]) => hitless(['check', '-', ...flags], text);

/** All numbers of findings that are printed before a sentence, and behind "and". */
function counted(text: string): number {
  const shown = text.matchAll(/^ {4} *(\d+) {2}(?! )|^ {4}and (\d+) more with/gm);
  return Array.from(shown, ([, one, more]) => Number(one ?? more)).reduce((sum, one) => sum + one, 0);
}

describe('of more than 50 workloads', () => {
  const text = manifests([...usual(60), ...broken(12), { name: 'left', off: true }]);

  it('equal findings are printed once, errors first, and the counts add up', async () => {
    const { code, out } = await check(text);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^12 errors: to be decided by the author of the manifest\n {2}readiness-probe {2}12 {2}A new pod/,
    );
    expect(out).toContain(
      '60  container … gets traffic before it can answer: add a readinessProbe, tcpSocket on port 8080,',
    );
    const { summary } = JSON.parse((await check(text, '-o', 'json')).out);
    expect(counted(out)).toBe(summary.errors + summary.warnings + summary.notes + 1);
    expect(out.split('\n').length).toBeLessThan(30);
  });

  it('places are bounded, fewer of advice than of errors, and the rest is a number', async () => {
    const { out } = await check(text);
    const lines = out.split('\n');
    expect(lines[3]).toMatch(/^ {8}stdin:\d+ default\/broken-0, .*default\/broken-9 and 2 more$/);
    expect(out).toMatch(/stdin:\d+ default\/app-0, stdin:\d+ default\/app-1, stdin:\d+ default\/app-2 and 57 more\n/);
  });

  it('the end says the counts, and how to see everything', async () => {
    const { out } = await check(`${text}\n---\n${cronJob}`);
    expect(out).toMatch(
      /\n1 left alone\n {4}1 {2}an annotation says hitless\.dev\/mode: off\n {7}stdin:\d+ default\/left\n\n73 Deployments in 1 file: 12 errors, \d+ warnings, .*1 left alone\. hitless fix writes .*\n--verbose prints every finding, --summary a table\.\n1 workload not judged: 1 CronJob; --verbose names it\.\n$/,
    );
  });

  it('--verbose prints every finding by itself, and names what was not judged', async () => {
    const { out } = await check(`${text}\n---\n${cronJob}`, '--verbose');
    expect(out.match(/gets traffic before it can answer/g)).toHaveLength(60);
    expect(out).not.toContain('--summary');
    expect(out).toMatch(/\n1 workload not judged:\n {2}1 CronJob: .*\n {4}stdin:\d+ shop\/clean\n$/);
  });

  it('a line is no longer than the terminal', async () => {
    const written: string[] = [];
    const terminal = { out: (part: string) => written.push(part), err: () => {}, colour: { out: false, err: false } };
    await run(['check', '-', '--fail-on', 'never'], { ...terminal, stdin: async () => Buffer.from(text), width: 80 });
    const blocks = written.join('').split('\n73 Deployments')[0] ?? '';
    expect(blocks.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('the order does not depend on the order of the input beyond the places', async () => {
    const reversed = manifests([...usual(60), ...broken(12)].toReversed());
    const straight = manifests([...usual(60), ...broken(12)]);
    const places = / {2,}stdin:\d+ .*/g;
    expect((await check(reversed)).out.replace(places, '')).toBe((await check(straight)).out.replace(places, ''));
  });

  it('many sentences of one rule are bounded, with a number', async () => {
    const odd = Array.from({ length: 60 }, (_, at) => {
      const field = `odd${'x'.repeat(at)}`;
      return manifest({ name: `app-${at}` }).replace('"image":', `"${field}":1,"image":`);
    });
    const { out } = await check(odd.join('\n---\n'));
    expect(out).toContain('    and 40 more with 40 other messages\n');
    expect(out).toMatch(/^60 errors/);
  });
});

it('of 50 workloads every finding is printed', async () => {
  const { out } = await check(manifests(usual(50)));
  expect(out.match(/gets traffic before it can answer/g)).toHaveLength(50);
  expect(out).not.toContain('--verbose');
});

describe('--summary', () => {
  it('prints numbers by rule and by what to do, of however few workloads', async () => {
    const { out, code } = await check(manifests([...usual(2), ...broken(1)]), '--summary');
    expect({ out, code }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "out": "rule             errors  warnings  notes  workloads
      readiness-probe       1         2      0          3
      pre-stop-sleep        0         3      0          3
      all rules             1         5      0          3

      errors    1  to be decided by the author of the manifest
      warnings  5  hitless fix writes these edits

      3 Deployments in 1 file: 1 error, 5 warnings. hitless fix writes what the 5 warnings ask for.
      Without --summary every finding is printed.
      ",
      }
    `);
  });

  it('of nothing found is the last line alone', async () => {
    const { out } = await check(manifests([{ name: 'left', off: true }]), '--summary');
    expect(out).toBe('1 Deployment in 1 file: 1 left alone.\n');
  });

  it('and --verbose cannot be used together', async () => {
    const { code, err } = await check('', '--summary', '--verbose');
    expect({ code, err }).toEqual({
      code: 2,
      err: "error: option '--summary' cannot be used with option '--verbose'\n",
    });
  });
});

it.each(['json', 'sarif', 'github'])('%s is the same with every flag', async (format) => {
  const text = manifests(usual(55));
  const plain = await check(text, '-o', format);
  expect(await check(text, '-o', format, '--summary')).toEqual(plain);
  expect(await check(text, '-o', format, '--verbose')).toEqual(plain);
});

it('JSON has the numbers of each rule', async () => {
  const { summary } = JSON.parse((await check(manifests([...usual(2), ...broken(1)]), '-o', 'json')).out);
  const numbers = { errors: 1, warnings: 2, notes: 0, workloads: 3, ignored: 0 };
  expect(summary.rules[0]).toEqual({ rule: 'readiness-probe', ...numbers });
});
