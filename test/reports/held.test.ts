import { expect, test } from 'vitest';
import { heldText } from '../../src/reports/held.ts';
import { errorDocument, targetsError } from '../../src/reports/error.ts';
import { styleFor } from '../../src/reports/style.ts';
import type { Held } from '../../src/model/index.ts';

const moved = { rule: 'target.baseUrl', message: 'another base URL' };
const cut = { rule: 'source.incomplete', message: 'cut' };
const limit = { rule: 'count', message: 'too many' };
const held = (kind: Held['kind'], ...breaches: Held['breaches']): Held => ({
  kind,
  checksum: kind.slice(0, 1).repeat(64),
  count: 2,
  breaches,
});
const linesOf = (...all: readonly Held[]) => [...heldText('app', all, styleFor(false))];

test('what is held as a whole comes first, however it is listed, and its kinds say how they stand to it', () => {
  expect(
    linesOf(
      held('update', moved, cut),
      held('delete', moved, cut, limit),
      held('source', cut),
      held('target', moved),
    ),
  ).toEqual([
    '  HELD the whole target: another base URL',
    `       if that is meant: rollcall approve app ${'t'.repeat(16)}`,
    '  HELD everything that comes of this read: cut',
    `       if that is meant: rollcall approve app ${'s'.repeat(16)}`,
    '  HELD update 2: together with the target and the read',
    '  HELD delete 2: too many',
    `       needs an approval of its own beside that of the target and the read: rollcall approve app ${'d'.repeat(16)}`,
  ]);
});

test('what only waits for another kind that is held is told, and not to be approved', () => {
  const follows = { rule: 'follows', message: '2 wait for it' };
  expect(linesOf(held('deactivate', limit), held('memberRemove', follows))).toEqual([
    '  HELD deactivate 2: too many',
    `       if that is meant: rollcall approve app ${'d'.repeat(16)}`,
    '  HELD memberRemove 2: 2 wait for it',
  ]);
  const lines = linesOf(held('deactivate', limit), held('memberRemove', limit, follows));
  expect(lines.slice(2)).toEqual([
    '  HELD memberRemove 2: too many; 2 wait for it',
    `       if that is meant: rollcall approve app ${'m'.repeat(16)}`,
    expect.stringMatching(/each is approved by itself/),
  ]);
  const whole = linesOf(
    held('source', cut),
    held('deactivate', cut, limit),
    held('memberRemove', cut, follows),
  );
  expect(whole.at(-1)).toBe('  HELD memberRemove 2: 2 wait for it');
});

test('a share of rejections is approved once, and what helps for good is said', () => {
  const rejected = { rule: 'source.rejected', message: '25 of 60 records were rejected' };
  expect(linesOf(held('source', rejected))).toEqual([
    '  HELD everything that comes of this read: 25 of 60 records were rejected',
    `       if that is meant: rollcall approve app ${'s'.repeat(16)}`,
    expect.stringMatching(/^ {7}as long as .* raise `limits\.rejected` of the source$/),
  ]);
});

test('several kinds are said to be approved one by one, and one alone is not', () => {
  expect(linesOf(held('update', limit), held('delete', limit)).at(-1)).toMatch(/each is approved by itself/);
  expect(linesOf(held('update', limit))).toHaveLength(2);
});

test('before the first sync there is nothing to approve, so that it comes first', () => {
  const standing = { kept: new Set<string>(), isSynced: false, others: [] };
  const lines = [...heldText('app', [held('source', cut)], styleFor(false, 'a.yaml'), standing)];
  expect(lines[1]).toBe(
    `       if that is meant: rollcall sync --config a.yaml, which holds it, and then rollcall approve --config a.yaml app ${'s'.repeat(16)}`,
  );
});

test('an error has the words of all problems, and the place and the hint of the first', () => {
  const problems = [
    { message: 'one', hint: 'rollcall sync first' },
    { message: 'two', locus: { line: 2 } },
  ];
  expect(errorDocument('usage', problems, styleFor(false, 'x.yaml'))).toEqual({
    code: 'usage',
    message: 'one\ntwo',
    hint: 'rollcall sync --config x.yaml first',
    problems: [{ message: 'one', hint: 'rollcall sync --config x.yaml first' }, problems[1]],
  });
});

test('targets have an error together only where each of them has one', () => {
  const style = styleFor(false);
  const error = { code: 'rate', message: 'slow' };
  expect(targetsError([{ name: 'a', error }, { name: 'b' }], style)).toBeUndefined();
  expect(targetsError([], style)).toBeUndefined();
  const both = [
    { name: 'a', error },
    { name: 'b', error: { code: 'certificate', message: 'old' } },
  ];
  expect(targetsError(both, style)).toMatchObject({
    code: 'unreachable',
    message: 'slow\nold',
    problems: [{ locus: { path: 'targets.a' } }, { locus: { path: 'targets.b' } }],
  });
});
