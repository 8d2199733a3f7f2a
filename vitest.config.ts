import { accessSync, constants, statfsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** These take hold of the whole process: of its clock, its streams, its network or its memory. Each has one of its own. */
const apart = [
  'test/scenarios/**/*.test.ts',
  'test/scim/{certificate,unreachable}.test.ts',
  'test/mock/{bounds,groups,faults/memory}.test.ts',
  'test/delivery/pace.test.ts',
  'test/demo/demo.test.ts',
];

/** In any order, and those that take long before the others, so that no processor is left without work at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const placed = files.map((file) => {
      const { moduleId, project } = file;
      const startsPrograms = /\/test\/(bench|cli|endtoend)\b/.test(moduleId);
      const rank = project.config.isolate ? 0 : startsPrograms ? 1 : 2;
      const drawn = createHash('sha256').update(`${seed} ${moduleId}`).digest('hex');
      return { file, place: `${rank} ${drawn}` };
    });
    return placed.sort((one, other) => (one.place < other.place ? -1 : 1)).map(({ file }) => file);
  }
}

/**
 * Where the tests have their folders: in memory, where there is a gigabyte for it. Some ten thousand transactions have to
 * be on the disk before anything is sent, and each of them would wait for that disk.
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

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // Both processors of a small machine: many tests wait for another process.
    maxWorkers: '100%',
    sequence: { shuffle: { tests: true }, sequencer: LongFirst },
    env: { TMPDIR: temporaryPlace() },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      // What is loaded once is loaded for all of them: to load it for each took as long as half of the tests.
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: apart, isolate: false },
      },
    ],
  },
});
