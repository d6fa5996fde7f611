import { defineConfig } from 'vitest/config';

// Where continuous integration wants the counts.
const results = process.env.HITLESS_TEST_RESULTS || undefined;

const cluster = process.env.HITLESS_TEST === 'cluster';

export default defineConfig({
  test: {
    // What needs a cluster runs by `npm run test:cluster`, one file after the other: they install and remove hitless.
    include: cluster ? ['test/e2e/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: cluster ? [] : ['test/e2e/**', 'node_modules/**'],
    fileParallelism: !cluster,
    // By default one fewer than there are processors, which is one of two; most tests wait for timers and processes.
    ...(!cluster && { maxWorkers: 2 }),
    // These end what hangs; nothing that is right takes so long, even on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 15_000 } },
    pool: 'threads',
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
