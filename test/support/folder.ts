import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** The part of a test's context that lets things be put away after it; it works in concurrent tests too. */
export type Ending = Pick<TestContext, 'onTestFinished'>;

/** The tests of a file run beside each other, each starting the program several times, perhaps on a busy machine. */
export const patient = { timeout: 180_000 };

/** A folder of the test's own, gone when the test is over. */
export function temporaryFolder({ onTestFinished }: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-endtoend-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A new folder. A state is written durably: this one is in memory, where the system has a place there. */
export function quickFolder(name: string): string {
  return mkdtempSync(join(placeInMemory() ?? tmpdir(), name));
}

function placeInMemory(): string | undefined {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return undefined;
  }
}
