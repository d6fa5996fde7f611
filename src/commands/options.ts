// Values of flags, read and refused with what is allowed.

import { InvalidArgumentError } from 'commander';
import { type Lane, lanes } from '../measurement/traffic.ts';

export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`allowed is a whole number from ${least} to ${most}`);
  };
}

export function laneList(text: string): readonly Lane[] {
  return text.split(',').map((word) => {
    const lane = lanes.find((one) => one === word.trim());
    if (lane === undefined) throw new InvalidArgumentError(`allowed are ${lanes.join(', ')}, with commas between`);
    return lane;
  });
}

/** Each once: a row that is asked for twice is one row. */
export function words(text: string): readonly string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))];
}

export function replicaCounts(text: string): readonly number[] {
  return [...new Set(text.split(',').map(whole(1, 20)))];
}
