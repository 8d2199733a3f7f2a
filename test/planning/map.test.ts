import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../src/model/index.ts';
import type { Mapping } from '../../src/model/index.ts';
import { fold, mapRecord, refusalOf } from '../../src/planning/map.ts';
import { column, exampleMapping, row, template } from './example.ts';

const ada = { id: 'p1', user: 'ada@example.com', name: 'Ada Lovelace', status: 'active' };
const failing = template(() => {
  throw new EvaluationError('record.mail: no such field');
});

const mapOf = (cells: Record<string, string>, part: Partial<Mapping> = {}) =>
  mapRecord({ ...exampleMapping, ...part }, 'p1', row(cells));

test('a password of which not all is known that makes it is not made of the rest', () => {
  const password = template(({ record }) => `Welcome-${String(record['pin'])}`);
  const record = row({ ...ada, pin: '1' });
  const mapping = { ...exampleMapping, password };
  expect(mapRecord(mapping, 'p1', record)).toMatchObject({ password: 'Welcome-1' });
  expect(mapRecord(mapping, 'p1', { ...record, isBare: true })).not.toHaveProperty('password');
});

describe('who is active', () => {
  test.each([
    ['active', true],
    ['On Leave', true],
    ['  ACTIVE ', true],
    ['left', false],
    ['Terminated', false],
  ])('the word %o says %o', (status, active) => {
    expect(mapOf({ ...ada, status }).identity?.active).toBe(active);
  });

  test('a word that nobody named is a rejection and no leaver', () => {
    const mapped = mapOf({ ...ada, status: 'sabbatical' });
    expect(mapped.identity).toBeUndefined();
    expect(mapped.refusal).toEqual({
      rule: 'status',
      reason: 'status "sabbatical" is named neither under active.on nor under active.off',
    });
  });

  test('an empty status is a rejection, unless the configuration names the empty word', () => {
    expect(mapOf({ ...ada, status: '' }).refusal?.reason).toContain('the status is empty');
    const active = { kind: 'words' as const, from: column('status'), on: ['active'], off: [''] };
    expect(mapOf({ ...ada, status: '' }, { active }).identity?.active).toBe(false);
  });

  test('words are the same in composed and decomposed Unicode', () => {
    const active = { kind: 'words' as const, from: column('status'), on: ['für immer'], off: [] };
    expect(mapOf({ ...ada, status: 'für immer' }, { active }).identity?.active).toBe(true);
  });

  test('a status of a megabyte does not stand whole in the reason', () => {
    const { refusal } = mapOf({ ...ada, status: 'x'.repeat(1_000_000) });
    expect(refusal!.reason.length).toBeLessThan(200);
  });

  test('a condition says yes or no, and anything else is a rejection with its type', () => {
    const condition = (value: unknown) =>
      mapOf(ada, { active: { kind: 'condition', condition: template(() => value, { text: '${c}' }) } });
    expect(condition(true).identity?.active).toBe(true);
    expect(condition(false).identity?.active).toBe(false);
    expect(condition('true').refusal).toEqual({
      rule: 'status',
      reason: 'active is neither true nor false: ${c} gave a string',
    });
    expect(condition(undefined).refusal?.reason).toContain('gave nothing');
    expect(condition(null).refusal?.reason).toContain('gave nothing');
    expect(condition([]).refusal?.reason).toContain('gave a list');
  });

  test('a status that cannot be read is a rejection', () => {
    const active = { kind: 'words' as const, from: failing, on: ['active'], off: ['left'] };
    expect(mapOf(ada, { active }).refusal).toEqual({
      rule: 'expression',
      reason: 'record.mail: no such field',
    });
  });
});

describe('a hole in the record', () => {
  test('rejects somebody who is active', () => {
    expect(mapOf(ada, { attributes: failing }).refusal?.rule).toBe('expression');
    expect(mapOf({ ...ada, user: '' }).refusal?.rule).toBe('userName');
  });

  test('does not keep the access of somebody who has left', () => {
    for (const part of [
      { attributes: failing },
      { manager: failing },
      { previousKey: failing },
      { groups: [{ kind: 'list' as const, from: failing }] },
    ])
      expect(mapOf({ ...ada, status: 'left' }, part).identity).toMatchObject({ key: 'p1', active: false });
    expect(mapOf({ ...ada, status: 'left', user: '' }).identity?.active).toBe(false);
  });

  test('a fault of ours is no rejection', () => {
    const broken = template(() => {
      throw new TypeError('a bug');
    });
    expect(() => mapOf(ada, { attributes: broken })).toThrow('a bug');
    expect(() => mapOf({ ...ada, status: 'left' }, { attributes: broken })).toThrow('a bug');
    expect(() => refusalOf(new TypeError('a bug'))).toThrow('a bug');
  });
});

describe('the identity', () => {
  test('externalId is the key unless the mapping says otherwise', () => {
    expect(mapOf(ada).identity?.attributes['externalId']).toBe('p1');
    const attributes = template(() => ({ userName: 'ada', externalId: 'x-9' }));
    expect(mapOf(ada, { attributes }).identity?.attributes['externalId']).toBe('x-9');
  });

  test('manager and former key are kept where the record has them, also as numbers', () => {
    const part = { previousKey: column('former') };
    expect(mapOf({ ...ada, boss: ' p2 ', former: 'old' }, part).identity).toMatchObject({
      manager: 'p2',
      previousKey: 'old',
    });
    expect(mapOf(ada, part).identity).not.toHaveProperty('manager');
    expect(mapOf(ada, part).identity).not.toHaveProperty('previousKey');
    expect(mapOf(ada, { manager: template(() => 17) }).identity?.manager).toBe('17');
  });

  test('groups come from lists and rules, each once and sorted', () => {
    const groups: Mapping['groups'] = [
      { kind: 'list', from: template(() => ['Sales', ' Engineers ', '', 'Sales', 7, null]) },
      { kind: 'list', from: template(() => 'Everybody') },
      {
        kind: 'rule',
        key: 'Adas',
        name: 'Adas',
        members: template(({ identity }) => identity?.['userName'] === ada.user),
      },
      { kind: 'rule', key: 'n', name: 'Nobody', members: template(() => false) },
      { kind: 'rule', key: 't', name: 'Truthy', members: template(() => 'yes') },
    ];
    const mapped = mapOf(ada, { groups });
    if (mapped.refusal !== undefined) throw new Error(mapped.refusal.reason);
    const { identity, scope } = mapped;
    expect(identity.groups).toEqual(['7', 'Adas', 'Engineers', 'Everybody', 'Sales']);
    expect(scope).toMatchObject({ groups: identity.groups, identity: { key: 'p1', active: true } });
  });
});

test('words are compared without regard to case and to white space around them', () => {
  expect(fold('  ÉMILE ')).toBe('émile');
});
