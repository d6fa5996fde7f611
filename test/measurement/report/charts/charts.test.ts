// The charts before a browser sees them: what is drawn, and the text of the SVG.

import { expect, it, onTestFinished, vi } from 'vitest';
import type { Measurement } from '../../../../src/measurement/analysis/measurement.ts';
import type { LabResult, RowResult } from '../../../../src/measurement/lab/result.ts';
import type { Sample } from '../../../../src/measurement/load/sample.ts';
import { lagPicture, lagSvg } from '../../../../src/measurement/report/charts/lag.ts';
import { lossesPicture, lossesSvg } from '../../../../src/measurement/report/charts/losses.ts';
import { palette } from '../../../../src/measurement/report/charts/palette.ts';
import { timelinePicture, timelineSvg } from '../../../../src/measurement/report/charts/timeline/timeline.ts';
import { labResult, measurement } from '../../../support/report/lab-result.ts';

const result: LabResult = labResult();
const [broken, mended] = result.timelines;
if (broken === undefined || mended === undefined) throw new Error('the generator makes two time lines');

interface Series {
  readonly name?: string;
  readonly type: string;
  readonly data: readonly unknown[];
}

function series(option: { readonly series?: unknown }, name: string): readonly Series[] {
  return (option.series as readonly Series[]).filter((one) => one.name === name);
}

const lostIn = ({ samples }: Measurement) => samples.filter(({ outcome }) => outcome !== 'ok').length;

it('a time line draws every loss, and some hundreds of the answered requests in each lane', () => {
  const { option } = timelinePicture(broken);
  const lost = series(option, 'lost');
  expect(lost).toHaveLength(4);
  expect(lost.reduce((sum, { data }) => sum + data.length, 0)).toBe(lostIn(broken.measurement));
  for (const { data } of series(option, 'answered')) {
    expect(data.length).toBeGreaterThan(300);
    expect(data.length).toBeLessThanOrEqual(400);
  }
});

it('a dot stands at the seconds since the rollout began and the logarithm of its latency', () => {
  const sample: Sample = { lane: 'get-new', dueMs: 4000, sentMs: 4000, endMs: 4100, connection: 'new', outcome: 'ok' };
  const events = [{ kind: 'workload', what: 'changed', atMs: 3000 }] as const;
  const { option } = timelinePicture({
    title: 'one',
    measurement: { startedMs: 0, endedMs: 9000, samples: [sample], events },
  });
  expect(series(option, 'answered')[0]?.data).toEqual([[1, 2]]);
});

it('a pod is a bar with its sleep, its endpoint a line', () => {
  const { option } = timelinePicture(mended);
  expect(series(option, 'preStop sleep')[0]?.data).toEqual([
    [0, 2, 7],
    [1, 4.3, 9.3],
  ]);
  expect(series(option, 'endpoint terminating')[0]?.data).toEqual([
    [0, 2.02, 7.5],
    [1, 4.32, 9.8],
  ]);
  expect(series(option, 'starting')[0]?.data).toHaveLength(2);
  expect(series(option, 'losses')[0]?.data).toEqual([]);
});

it('a time line says in words what is seen', () => {
  const svg = timelineSvg(broken);
  const words = [
    'nothing fixed',
    'Requests by latency',
    'GET, new connections',
    'WebSocket messages',
    'changed',
    'complete',
  ];
  const legends = ['answered', 'lost', 'starting', 'ready', 'after SIGTERM', 'endpoint terminating'];
  for (const text of [...words, ...legends, 'old x2x9k', 'new qq7lm', 'seconds since the rollout began', '10 ms']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg).not.toContain('preStop sleep');
  expect(timelineSvg(mended)).toContain('>preStop sleep</text>');
  expect(svg).toMatch(/>58 of 1,500 lost<\/text>/);
  expect(svg).toContain('aria-label="nothing fixed. Timeline of one rollout: 263 of 6,000 requests lost, 4 pods."');
});

it('a measurement without anything is still a picture, of which nothing is said on the terminal', () => {
  const said = vi.spyOn(console, 'warn');
  onTestFinished(() => said.mockRestore());
  const empty: Measurement = { startedMs: 0, endedMs: 0, samples: [], events: [] };
  expect(timelineSvg({ title: 'empty', measurement: empty })).toContain('No pods were seen');
  expect(said).not.toHaveBeenCalled();
});

it('of a hundred pods forty are drawn, and the rest is counted', () => {
  const events = Array.from(
    { length: 100 },
    (_, at) => ({ kind: 'pod', pod: `p-${at}`, what: 'ready', atMs: at }) as const,
  );
  const svg = timelineSvg({ title: 'many', measurement: { startedMs: 0, endedMs: 200, samples: [], events } });
  expect(svg).toContain('(60 more not shown)');
});

it('names from the cluster stay text', () => {
  const nasty = `<script>alert(1)</script>&"'{lost|x}\u0007\u202e]]>`;
  const events = [{ kind: 'pod', pod: nasty, what: 'ready', atMs: 1 }] as const;
  const row = { ...(result.rows[0] as RowResult), title: nasty };
  const charts = [
    timelineSvg({ title: nasty, subtitle: nasty, measurement: { startedMs: 0, endedMs: 9, samples: [], events } }),
    lossesSvg({ title: nasty, rows: [row] }),
    lossesSvg({ title: nasty, rows: [row] }, { width: 360 }),
  ];
  for (const svg of charts) {
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0007');
    expect(svg).not.toContain('\u202e');
    expect(svg).toContain('&lt;script&gt;');
  }
});

it('a bar for each cause, whiskers for the interval, and a mark for 0', () => {
  const { option } = lossesPicture({ title: 'losses', rows: result.rows });
  const lag = series(option, 'endpoint lag')[0]?.data;
  expect(lag?.[0]).toBeCloseTo((result.rows[0]?.causes['endpoint-lag'] ?? 0) / 20);
  expect(lag?.at(-1)).toBe('-');
  const [whiskers] = (option.series as readonly Series[]).filter(({ type }) => type === 'custom');
  expect(whiskers?.data).toHaveLength(11);
  const svg = lossesSvg({ title: 'losses', rows: result.rows });
  expect(svg).toMatch(new RegExp(`font-weight:700;[^>]*fill="${palette.zero.light}">0</text>`));
  expect(svg).toContain('>73.5</text>');
});

it.each([960, 360])('a long name of a row is written out in lines, beside a bar or above it, %s wide', (width) => {
  const title = 'StatefulSet: all of hitless, and the probe that it asks for, with a name that goes on and on';
  const rows = [{ ...(result.rows[0] as RowResult), title }, ...result.rows.slice(1, 3)];
  const svg = lossesSvg({ title: 'losses', rows }, { width });
  const words = [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text).join(' ');
  expect(words.replace(/\s+/g, ' ')).toContain(title);
  expect(svg).not.toContain('…');
});

it('a name of a pod is written out, whatever its length, and a very long one keeps its end', () => {
  const named = (pod: string) => {
    const events = [{ kind: 'pod', pod, what: 'ready', atMs: 1 }] as const;
    return timelineSvg({ title: 'pods', measurement: { startedMs: 0, endedMs: 9, samples: [], events } });
  };
  expect(named('web-7c5b8d-zz41p')).toContain('>old zz41p</text>');
  expect(named('checkoutservicepod1')).toContain('>old checkoutservicepod1</text>');
  expect(named('thecheckoutserviceofourshop1')).toContain('>old …outserviceofourshop1</text>');
});

it('a row that was not measured is not a row without losses', () => {
  const none = { ...(result.rows.at(-1) as RowResult), rollouts: [], sent: 0 };
  const svg = lossesSvg({ title: 'losses', rows: [none] });
  expect(svg).toContain('>not measured</text>');
  expect(svg).not.toContain(`fill="${palette.zero.light}">`);
});

it('the lag counts each pod once and shows where the sleep ends', () => {
  if (result.lag === undefined) throw new Error('the generator measures a lag');
  const { option, label } = lagPicture({ title: 'lag', lag: result.lag, sleepSeconds: 3 });
  const [bins] = option.series as unknown as readonly { data: readonly (readonly [number, number, number])[] }[];
  expect(bins?.data.reduce((sum, [, , pods]) => sum + pods, 0)).toBe(160);
  expect(label).toContain('recommended sleep 3 s');
  expect(lagPicture({ title: 'lag', lag: result.lag, sleepSeconds: 60 }).label).not.toContain('recommended');
});

it('a lag of one pod, and one of no time at all, can be drawn', () => {
  for (const value of [0, 1, 0.4, 90_000]) {
    const lag = { pods: 1, p50: value, p99: value, max: value, values: [value] };
    expect(lagSvg({ title: 'lag', lag })).toContain('p50');
  }
});

const every = () => [
  timelineSvg(broken),
  timelineSvg(mended, { width: 360 }),
  lossesSvg({ title: 'losses', rows: result.rows }),
  lossesSvg({ title: 'losses', rows: result.rows }, { width: 360 }),
  ...(result.lag === undefined ? [] : [lagSvg({ title: 'lag', lag: result.lag })]),
];

it('the same input gives the same bytes, whatever was drawn before', () => {
  expect(every()).toEqual(every());
});

it('every colour is one that the dark style sheet knows', () => {
  const known = new Set(Object.values(palette).map(({ light }) => light));
  for (const svg of every()) {
    const drawn = svg.replace(/<style>.*?<\/style>/s, '').replace(/<defs>.*?<\/defs>/gs, '');
    const used = Array.from(drawn.matchAll(/(?:fill|stroke)="([^"]*)"/g), ([, value]) => value ?? '');
    expect(used.filter((value) => value !== 'none' && !known.has(value))).toEqual([]);
    expect(svg).toContain('prefers-color-scheme:dark');
  }
});

it('two charts in one document share no id and no class but that of all charts', () => {
  for (const svg of every()) {
    expect(svg).not.toMatch(/\sid="|url\(#|ecmeta|CDATA/);
    expect(svg.match(/\sclass="/g)).toHaveLength(1);
  }
});

it('thirty thousand losses are still a picture that a page can hold', () => {
  const many = measurement({ seed: 5, sleep: 0, lanes: ['get-new', 'post-new'], rate: 2000, seconds: 20 });
  const all = { ...many, samples: many.samples.map((one) => ({ ...one, outcome: 'refused' as const })) };
  expect(timelineSvg({ title: 'all lost', measurement: all }).length).toBeLessThan(1_000_000);
});
