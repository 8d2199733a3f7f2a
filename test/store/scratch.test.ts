import { expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { scratchError } from '../../src/store/scratch.ts';

const failed = (code?: string): Error => Object.assign(new Error('database or disk is full'), { code });

test.for(['SQLITE_FULL', 'SQLITE_IOERR_WRITE'])('%s is told with the way on', (code) => {
  const error = scratchError(failed(code)) as RollcallError;
  expect(error).toBeInstanceOf(RollcallError);
  expect(error.message).toMatch(/^nothing temporary can be written in .+ \(database or disk is full\)$/);
  expect(error.problems[0]?.hint).toMatch(/nothing was sent.*TMPDIR/);
});

test.for(['SQLITE_CONSTRAINT', undefined])('%s is left as it is', (code) => {
  const error = failed(code);
  expect(scratchError(error)).toBe(error);
});
