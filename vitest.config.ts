import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Both processors of a small machine: many tests wait for another process.
    maxWorkers: '100%',
    sequence: { shuffle: true },
    env: { TMPDIR: temporaryPlace() },
  },
});

/**
 * Where the tests have their folders: in memory, where there is a gigabyte for it. Some ten thousand transactions are on
 * the disk before anything is sent, and each would wait for that disk.
 */
function temporaryPlace(): string {
  const memory = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    if (process.env['TMPDIR'] === undefined && bavail * bsize > 2 ** 30) return memory;
  } catch {
    // There is none.
  }
  return tmpdir();
}
