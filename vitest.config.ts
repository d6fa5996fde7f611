import { defineConfig } from 'vitest/config';

// Where continuous integration wants the counts.
const results = process.env.HITLESS_TEST_RESULTS;

const cluster = process.env.HITLESS_TEST === 'cluster';

export default defineConfig({
  test: {
    // What needs a cluster runs by `npm run test:cluster`, one file after the other: they install and remove hitless.
    include: cluster ? ['test/e2e/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: cluster ? [] : ['test/e2e/**', 'node_modules/**'],
    fileParallelism: !cluster,
    testTimeout: 20_000,
    pool: 'threads',
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
