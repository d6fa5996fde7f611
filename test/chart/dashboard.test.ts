// The dashboard of the chart: every panel can be read by itself, and lies beside the others.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const file = join(import.meta.dirname, '../../charts/hitless/dashboards/hitless.json');
const panels: readonly Panel[] = JSON.parse(readFileSync(file, 'utf8')).panels;

describe('the dashboard', () => {
  it('has ids and titles that are there once', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it.each(panels)('$title: has a unit, and a legend of labels that the query leaves', ({
    type,
    fieldConfig,
    targets,
  }) => {
    expect(fieldConfig.defaults.unit).toMatch(/^(reqps|s|short|bytes)$/);
    for (const { expr, legendFormat } of targets) {
      if (type === 'timeseries') expect(legendFormat).not.toBe('');
      const by = /\bby \(([\w, ]+)\)/.exec(expr)?.[1]?.split(', ');
      const shown = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label);
      if (by !== undefined) expect(shown).toEqual(by.filter((label) => label !== 'le'));
    }
  });

  it('has no two panels in one place, within the 24 columns of Grafana', () => {
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('shows what a scan finds, and how old that is', () => {
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    expect(queries).toContain('hitless_missed_workloads');
    expect(queries).toContain('hitless_scan_completed_timestamp_seconds');
  });
});
