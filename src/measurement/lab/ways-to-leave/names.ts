// The words for the ways to leave besides a rollout, in the order of the report.

export const leaveNames = [
  'scale-down',
  'delete',
  'eviction',
  'drain-with-pdb',
  'drain',
  'liveness-restart',
  'crash',
  'sigkill',
] as const;

export type LeaveName = (typeof leaveNames)[number];
