// Measurements that take several minutes each, and want a machine to themselves: they run where HITLESS_TEST_LONG is set.

export const isLong = process.env.HITLESS_TEST_LONG !== undefined;

/** For the name of a test: why it is left out. */
export const leftOut = isLong ? '' : ' (skipped: HITLESS_TEST_LONG is not set)';
