// The outcomes that a result can have in both APIs, worst first.

export const resultStatuses = ['fail', 'error', 'warn', 'skip', 'pass'] as const;
export type ResultStatus = (typeof resultStatuses)[number];
