import { expect, it } from 'vitest';
import { downsample, dropOverlaps } from '../../../../../src/measurement/report/charts/timeline/downsample.ts';
import { dice } from '../../../../support/report/lab-result.ts';

const roll = dice(1);
const many = Array.from({ length: 5000 }, (_, x) => ({ x, y: x === 777 ? 99 : roll() }));

it('few dots stay as they are', () => {
  expect(downsample(many.slice(0, 300), 300)).toEqual(many.slice(0, 300));
});

it('many become few, in their order, over the whole time', () => {
  const kept = downsample(many, 300);
  expect(kept.length).toBeLessThanOrEqual(300);
  expect(kept.length).toBeGreaterThan(270);
  expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).toSorted((a, b) => a - b));
  for (let from = 0; from < 5000; from += 500) {
    const within = kept.filter(({ x }) => x >= from && x < from + 500).length;
    expect(within, `from ${from}`).toBeGreaterThan(20);
  }
});

it('a single slow request is not left out', () => {
  expect(downsample(many, 40).some(({ y }) => y === 99)).toBe(true);
});

it('only dots on one spot are one', () => {
  const dots = [
    { x: 0, y: 0 },
    { x: 0.001, y: 0 },
    { x: 0.1, y: 0 },
    { x: 0.1, y: 0.1 },
  ];
  expect(dropOverlaps(dots, 0.01, 0.01)).toEqual([dots[0], dots[2], dots[3]]);
});
