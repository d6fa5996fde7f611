import { defineConfig } from 'vitest/config';

// Where continuous integration wants the counts.
const results = process.env.HITLESS_TEST_RESULTS;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    pool: 'threads',
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
