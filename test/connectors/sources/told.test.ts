import { expect, test } from 'vitest';
import { withTold } from '../../../connectors/sources/compose/told.ts';
import type { Tellings, ToldOf } from '../../../connectors/sources/environment.ts';
import type { Source } from '../../../src/model/index.ts';
import { column, row } from '../../planning/example.ts';

test.each<readonly [string, ToldOf['kind'], object]>([
  ['who was told to have left is gone', 'leave', { gone: 'left, as an event says', defect: undefined }],
  ['who was told to have changed is as their row', 'change', { gone: undefined, defect: 'ragged' }],
])('whose row is broken and %s', async (_, kind, expected) => {
  const broken = { ...row({ id: 'bob', status: 'active' }, 2), defect: 'ragged' };
  const source: Source = {
    name: 'hr',
    file: 'people.csv',
    read: async function* () {
      yield [broken];
      return { source: 'hr', file: 'people.csv', count: 1, sha256: '', complete: true, reasons: [] };
    },
  };
  const tellings: Tellings = {
    all: new Map([['bob', [{ kind, at: 2, fields: {} }]]]),
    isTable: true,
    fixed: new Set(),
    now: 3,
    knownFor: 1,
    takenAt: async () => 1,
    end: () => undefined,
  };
  const told = withTold(source, column('id'), tellings, new Map());
  const { value } = await told.read(new Map(), new Set()).next();
  expect(value).toMatchObject([expected]);
});
