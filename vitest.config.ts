import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Both processors of a small machine: many tests wait for another process.
    maxWorkers: '100%',
    sequence: { shuffle: true },
  },
});
