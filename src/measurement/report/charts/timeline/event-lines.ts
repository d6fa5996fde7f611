// What happened to the workload: vertical lines through every part of a time line, with a word above the first.

import type { Measurement } from '../../../analysis/measurement.ts';
import type { WorkloadEvent } from '../../../rollout/event.ts';
import type { ColourName } from '../palette.ts';
import { edge, keptWithin, labelRows, textElement } from '../text.ts';
import { labelRow } from './layout.ts';

export interface EventLine {
  /** Since the rollout began. */
  readonly seconds: number;
  readonly words: string;
  readonly tone: ColourName;
}

const drawnEvents: Partial<Record<WorkloadEvent['what'], Omit<EventLine, 'seconds'>>> = {
  changed: { words: 'changed', tone: 'event' },
  complete: { words: 'complete', tone: 'event' },
  failed: { words: 'failed', tone: 'lost' },
};

// The same event repeats while a rollout settles: once a second is enough.
const againMs = 1000;

export function eventLines({ events, startedMs, endedMs }: Measurement, beganMs: number): readonly EventLine[] {
  // The first events tell what was there before the load began.
  const told = events
    .filter((event) => event.kind === 'workload')
    .filter(({ atMs }) => atMs >= startedMs && atMs <= endedMs);
  return told.flatMap(({ what, atMs }, at) => {
    const look = drawnEvents[what];
    const again = told.slice(0, at).some((one) => one.what === what && atMs - one.atMs < againMs);
    return look === undefined || again ? [] : [{ ...look, seconds: (atMs - beganMs) / 1000 }];
  });
}

export interface LineLabel {
  readonly words: string;
  readonly tone: ColourName;
  /** Its middle, in pixels. */
  readonly at: number;
  /** 0 for the lowest. */
  readonly row: number;
}

export function lineLabels(lines: readonly EventLine[], pixelsAt: (seconds: number) => number, width: number) {
  const placed = lines.map(({ words, tone, seconds }) => {
    return { words, tone, at: keptWithin(pixelsAt(seconds), words, { from: edge, to: width - edge }) };
  });
  const rows = labelRows(placed);
  return placed.map((label, at): LineLabel => ({ ...label, row: rows[at] ?? 0 }));
}

/** `bottom`: where the first plot begins. */
export function labelText({ words, tone, at, row }: LineLabel, bottom: number) {
  const top = bottom - (row + 1) * labelRow - 1;
  return textElement({
    text: words,
    left: at,
    top,
    align: 'center',
    size: 11,
    colour: tone === 'event' ? 'muted' : tone,
  });
}
