/** The same plays every time, so that a change of the code is to blame when one fails; HITLESS_TEST_SEED plays others. */
export const seed = Number(process.env.HITLESS_TEST_SEED ?? 1);
