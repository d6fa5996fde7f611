// What the reports show of a run with --data-plane, and that they show nothing of it otherwise.

import { describe, expect, it } from 'vitest';
import { labText } from '../../../src/commands/lab/output.ts';
import { type LagParts, lagPartsOf, type PodLagParts } from '../../../src/measurement/analysis/lag-parts.ts';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { timelinePicture, timelineSvg } from '../../../src/measurement/report/charts/timeline/timeline.ts';
import { htmlReport } from '../../../src/measurement/report/html/html.ts';
import { lagPartsMarkdown } from '../../../src/measurement/report/lag-parts-markdown.ts';
import { labResult } from '../../support/report/lab-result.ts';
import { terminal } from '../../support/terminal.ts';

const slept: PodLagParts = {
  pod: 'a',
  row: 'all drains ×2',
  sliceMs: 30,
  ruleMs: 600,
  silentMs: 9000,
  lastArrivalMs: 585,
};
const ended: PodLagParts = { pod: 'b', row: 'nothing ends ×2', sliceMs: 50, ruleMs: 1200, silentMs: 20 };
const blind: PodLagParts = { pod: 'c', row: 'nothing ends ×2', sliceMs: 40, silentMs: 20 };

function parts(mode: LagParts['mode'], ...pods: readonly PodLagParts[]): LagParts {
  return { mode, reads: 'nft monitor', resolutionMs: 1, parts: lagPartsOf(pods), pods };
}

const withParts = (lagParts: LagParts, command = 'hitless lab --data-plane'): LabResult => {
  return { ...labResult(), command, lagParts };
};

describe('the table of the lag by part', () => {
  it('has a row for each part and columns for each mode, with what it was measured from', () => {
    const results = [withParts(parts('nftables', slept, ended, blind)), withParts(parts('iptables', slept))];
    const lines = lagPartsMarkdown(results).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      '| lag by part | nftables: p50 | p99 | max | pods | iptables: p50 | p99 | max | pods |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| deletion → EndpointSlice | 40 ms | 50 ms | 50 ms | 3 | 30 ms | 30 ms | 30 ms | 1 |',
      '| EndpointSlice → rule gone | 570 ms | 1.2 s | 1.2 s | 2 | 570 ms | 570 ms | 570 ms | 1 |',
      '| deletion → rule gone | 600 ms | 1.2 s | 1.2 s | 2 | 600 ms | 600 ms | 600 ms | 1 |',
      '| rule gone → last new connection | −15 ms | −15 ms | −15 ms | 1 | −15 ms | −15 ms | −15 ms | 1 |',
      '| pod stopped listening → rule gone | 1.2 s | 1.2 s | 1.2 s | 1 |  |  |  | 0 |',
    ]);
    expect(lines.at(-3)).toBe(
      '- nftables: 3 terminating pods in 240 rollouts, rules read by nft monitor, to 1 ms; `hitless lab --data-plane`',
    );
  });

  it('joins the runs of one mode', () => {
    const results = [withParts(parts('nftables', slept)), withParts(parts('nftables', ended), 'hitless lab --quick')];
    const text = lagPartsMarkdown(results);
    expect(text).toContain('| deletion → rule gone | 600 ms | 1.2 s | 1.2 s | 2 |');
    expect(text).toContain('2 terminating pods in 480 rollouts');
    expect(text).toContain('`hitless lab --data-plane`, `hitless lab --quick`');
  });

  it('says unknown, and never zero, of rules that nobody saw', () => {
    expect(lagPartsMarkdown([withParts(parts('iptables', blind))])).toContain(
      '| deletion → rule gone | unknown | unknown | unknown | 0 |',
    );
  });
});

it('the report and the terminal show it with the flag, and without it are as they were', () => {
  const { io } = terminal({ width: 120 });
  const result = withParts(parts('nftables', slept, ended));
  const page = htmlReport(result);
  expect(page).toContain('Lag by part, of 2 terminating pods, with kube-proxy in the mode nftables');
  expect(page).toContain('rule gone → last new connection');
  expect(labText(result, io)).toMatch(/^lag by part \(nftables\) +p50 +p99 +max +pods$/m);
  expect(htmlReport(labResult())).not.toContain('lag-parts');
  expect(labText(labResult(), io)).not.toContain('lag by part');
});

describe('the time line', () => {
  const [line] = labResult().timelines;
  if (line === undefined) throw new Error('the generator makes time lines');
  const { measurement } = line;
  const at = (seconds: number) => measurement.startedMs + seconds * 1000;
  const routes = [
    { pod: 'web-6f7d9c-x2x9k', fromMs: at(-60), toMs: at(6), lastArrivalMs: at(5.9) },
    { pod: 'web-7c5b8d-qq7lm', fromMs: at(5.5), lastArrivalMs: at(19) },
    { pod: 'web-7c5b8d-zz41p', lastArrivalMs: at(19) },
  ];
  const routed = { ...line, measurement: { ...measurement, routes } };
  const data = (name: string) => {
    const all = timelinePicture(routed).option.series as readonly { readonly name?: string; readonly data: unknown }[];
    return all.find((one) => one.name === name)?.data;
  };

  it('has a line as long as rules lead to a pod, and a mark at the last connection of one that leaves', () => {
    // Rows: the two old pods, then the new ones; the rollout began 3 s after the measurement, which is 20 s long.
    expect(data('rules of the node lead here')).toEqual([
      [0, -3, 3],
      [2, 2.5, 17],
    ]);
    expect(data('last new connection')).toEqual([[2.9, 0]]);
  });

  it('says so in its legend, and is taller; without routes it is as it was', () => {
    expect(timelineSvg(routed)).toContain('rules of the node lead here');
    expect(timelinePicture(routed).height).toBeGreaterThan(timelinePicture(line).height);
    expect(timelineSvg(line)).not.toContain('rules of the node');
  });
});
