// Colours that lie next to each other, and are told apart by nothing else.

import { expect, it } from 'vitest';
import { causes } from '../../../../src/measurement/analysis/measurement.ts';
import { type ColourName, palette } from '../../../../src/measurement/report/charts/palette.ts';
import { endpointPhases, podPhases } from '../../../../src/measurement/report/charts/timeline/spans.ts';
import { allEyes, contrast, distance } from '../../../support/report/eyes.ts';

const schemes = ['light', 'dark'] as const;
const groups: readonly (readonly ColourName[])[] = [causes, podPhases, endpointPhases, ['answered', 'lost']];

const pairs = groups.flatMap((group) =>
  group.flatMap((one, at) => group.slice(at + 1).map((other) => [one, other] as const)),
);

it.each(schemes)('colours of one legend are told apart by all eyes, on a %s page', (scheme) => {
  for (const [one, other] of pairs) {
    for (const eyes of allEyes) {
      const apart = distance(palette[one][scheme], palette[other][scheme], eyes);
      expect(apart, `${one} beside ${other} with ${eyes}`).toBeGreaterThan(0.1);
    }
  }
});

it.each(schemes)('text and losses stand out from a %s page', (scheme) => {
  const page = palette.surface[scheme];
  for (const name of ['text', 'muted', 'lost', 'zero'] as const) {
    expect(contrast(palette[name][scheme], page), name).toBeGreaterThan(4.5);
  }
  for (const name of ['answered', 'whisker', 'serving'] as const) {
    expect(contrast(palette[name][scheme], page), name).toBeGreaterThan(3);
  }
});

it('a value has one meaning, so that the dark style sheet can exchange it', () => {
  const values = Object.values(palette).map(({ light }) => light);
  expect(new Set(values).size).toBe(values.length);
});

it('two equal colours are no distance apart, black and white one', () => {
  expect(distance('#777777', '#777777', 'protanopia')).toBe(0);
  expect(distance('#000000', '#ffffff', 'everybody')).toBeCloseTo(1, 3);
});
