import { describe, expect, test } from 'vitest';
import { service as rfc, users } from '../../connectors/targets/generic/service.ts';
import { attribute } from '../../src/mock/schema/types.ts';
import type { Attribute, ResourceType } from '../../src/mock/schema/types.ts';
import { ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';
import type { Reply } from './calling.ts';

const RULES = 'urn:example:extension:Rules';
const ONCE = 'urn:example:extension:Once';
const once = { mutability: 'immutable' } as const;

function complex(name: string, subAttributes: readonly Attribute[], differs: Partial<Attribute> = {}) {
  return attribute(name, 'A thing of parts.', { type: 'complex', subAttributes, ...differs });
}

/** A type that has what User and Group have not. */
const badge: ResourceType = {
  name: 'Badge',
  endpoint: '/Badges',
  description: 'Something to wear.',
  schema: {
    id: 'urn:example:Badge',
    name: 'Badge',
    description: 'Something to wear.',
    attributes: [
      attribute('label', 'What is on it.', { required: true }),
      attribute('serial', 'What is stamped into it.', once),
      attribute('number', 'What the service counts.', { type: 'integer', mutability: 'readOnly' }),
      attribute('tags', 'Words.', { multiValued: true, caseExact: true }),
      attribute('levels', 'Numbers.', { type: 'integer', multiValued: true }),
      attribute('doors', 'Doors, once and for all.', { multiValued: true, ...once }),
      complex('maker', [attribute('name', 'Who.'), attribute('town', 'Where.')], once),
      complex('holder', [
        attribute('value', 'Whose.', { required: true }),
        attribute('since', 'When.', once),
      ]),
      complex('keys', [attribute('value', 'The key.', once), attribute('type', 'Its kind.')], {
        multiValued: true,
        required: true,
      }),
    ],
  },
  extensions: [
    {
      required: true,
      schema: {
        id: RULES,
        name: 'Rules',
        description: '',
        attributes: [attribute('rule', 'One.'), attribute('why', 'Two.')],
      },
    },
    {
      required: false,
      schema: {
        id: ONCE,
        name: 'Once',
        description: '',
        attributes: [attribute('seal', 'Set once.', once), attribute('ink', 'Its colour.')],
      },
    },
  ],
  indexes: [],
};

const start = {
  label: 'B',
  serial: 's1',
  tags: ['red', 'Blue'],
  levels: [1, 2, 3],
  doors: ['north'],
  maker: { name: 'Ann', town: 'Ulm' },
  holder: { value: 'h', since: 'May' },
  keys: [
    { value: 'k1', type: 'a' },
    { value: 'k2', type: 'b' },
  ],
  [RULES]: { rule: 'r', why: 'w' },
  [ONCE]: { seal: 'x', ink: 'red' },
};

async function patched(...operations: readonly object[]): Promise<Reply> {
  const service = { ...rfc, resourceTypes: [users, { ...users, type: badge }] };
  const mock = await mockOf('rfc', { service });
  const made = await ask(mock, 'POST', '/Badges', { schemas: [badge.schema.id], ...start });
  expect(made.status, made.text).toBe(201);
  const answer = await ask(mock, 'PATCH', `/Badges/${wordOf(made.body['id'])}`, patchOf(...operations));
  if (answer.status !== 200) {
    const now = await ask(mock, 'GET', `/Badges/${wordOf(made.body['id'])}`);
    expect(now.text).toBe(made.text);
  }
  return answer;
}

describe('RFC 7644 §3.5.2, mutability', () => {
  test.each<[string, object]>([
    ['replace of what is immutable', { op: 'replace', path: 'serial', value: 's2' }],
    ['add to what is immutable', { op: 'add', path: 'serial', value: 's2' }],
    ['remove of what is immutable', { op: 'remove', path: 'serial' }],
    ['null for what is immutable', { op: 'replace', path: 'serial', value: null }],
    ['the same without a path', { op: 'replace', value: { label: 'C', serial: 's2' } }],
    ['one more value of what is immutable', { op: 'add', path: 'doors', value: ['south'] }],
    ['a part of what is immutable as a whole', { op: 'replace', path: 'maker.town', value: 'Bonn' }],
    ['one more part of it', { op: 'replace', path: 'maker', value: { town: 'Bonn' } }],
    ['an immutable part', { op: 'replace', path: 'holder.since', value: 'June' }],
    ['an immutable part in an object', { op: 'add', path: 'holder', value: { since: 'June' } }],
    ['an immutable part taken away', { op: 'remove', path: 'holder.since' }],
    ['an immutable part of a chosen value', { op: 'replace', path: 'keys[type eq "a"].value', value: 'k3' }],
    ['the same as an object that is added', { op: 'add', path: 'keys[type eq "a"]', value: { value: 'k3' } }],
    ['null for an immutable part', { op: 'replace', path: 'keys[type eq "a"]', value: { value: null } }],
    ['an immutable part of all values', { op: 'replace', path: 'keys.value', value: 'k3' }],
    ['an immutable attribute of an extension', { op: 'replace', path: `${ONCE}:seal`, value: 'y' }],
    ['the same in the extension as a whole', { op: 'replace', path: ONCE, value: { seal: 'y' } }],
    ['the extension that holds it, taken away', { op: 'remove', path: ONCE }],
    ['what is read-only', { op: 'add', path: 'number', value: 7 }],
    ['what is read-only, taken away', { op: 'remove', path: 'number' }],
    ['remove of what is required', { op: 'remove', path: 'label' }],
    ['remove of all values of what is required', { op: 'remove', path: 'keys' }],
    ['remove of the last value of what is required', { op: 'remove', path: 'keys[type pr]' }],
    ['remove of a required part', { op: 'remove', path: 'holder.value' }],
    ['remove of a required extension', { op: 'remove', path: RULES }],
    ['remove of "id"', { op: 'remove', path: 'id' }],
    ['remove of "schemas"', { op: 'remove', path: 'schemas' }],
    ['replace of "meta.created"', { op: 'replace', path: 'meta.created', value: '2020-01-01T00:00:00Z' }],
  ])('%s is refused', async (_what, operation) => {
    const { status, body, text } = await patched({ op: 'add', path: 'tags', value: 'x' }, operation);
    expect([status, body['scimType']], text).toEqual([400, 'mutability']);
  });

  test.each<[string, object]>([
    ['an immutable attribute', { op: 'replace', path: 'serial', value: 's1' }],
    ['an immutable object', { op: 'add', path: 'maker', value: { town: 'Ulm' } }],
    ['an immutable list', { op: 'add', path: 'doors', value: ['north'] }],
    ['an immutable part', { op: 'replace', path: 'holder.since', value: 'May' }],
    ['an immutable part of a chosen value', { op: 'replace', path: 'keys[type eq "a"].value', value: 'k1' }],
    ['what is read-only, without a path', { op: 'replace', value: { number: 7, meta: {}, id: 'x' } }],
  ])('%s given as it is changes nothing', async (_what, operation) => {
    const { status, body, text } = await patched(operation);
    expect(status, text).toBe(200);
    expect(body).toMatchObject(start);
    expect(body).not.toHaveProperty('number');
    expect(body['meta']?.['lastModified']).toBe(body['meta']?.['created']);
  });

  test('what is immutable and has no value yet can be added', async () => {
    const again = await patched({ op: 'add', path: 'keys', value: { value: 'k3' } });
    expect(again.body['keys']).toEqual([...start.keys, { value: 'k3' }]);
    const mine = await mockOf('rfc', {
      service: { ...rfc, resourceTypes: [users, { ...users, type: badge }] },
    });
    const { serial: _serial, ...without } = start;
    const { body } = await ask(mine, 'POST', '/Badges', without);
    const operation = { op: 'add', path: 'serial', value: 's9' };
    const { body: set } = await ask(mine, 'PATCH', `/Badges/${wordOf(body['id'])}`, patchOf(operation));
    expect(set['serial']).toBe('s9');
  });

  test('values that hold something immutable may go, and others come', async () => {
    const one = await patched({ op: 'remove', path: 'keys[value eq "k1"]' });
    expect(one.body['keys']).toEqual([start.keys[1]]);
    const all = await patched({ op: 'replace', path: 'keys', value: [{ value: 'k9' }] });
    expect(all.body['keys']).toEqual([{ value: 'k9' }]);
    const another = { op: 'replace', path: 'keys[value eq "k1"]', value: { value: 'k3' } };
    expect((await patched(another)).body['keys']).toEqual([{ value: 'k3' }, start.keys[1]]);
  });
});

describe('RFC 7644 §3.5.2.2, simple values are chosen by comparing "value"', () => {
  test.each<[string, object, object]>([
    ['remove one', { op: 'remove', path: 'tags[value eq "red"]' }, { tags: ['Blue'] }],
    ['remove by number', { op: 'remove', path: 'levels[value gt 1]' }, { levels: [1] }],
    ['remove all', { op: 'remove', path: 'levels[value pr]' }, { levels: undefined }],
    [
      'replace one',
      { op: 'replace', path: 'tags[value sw "B"]', value: 'green' },
      { tags: ['red', 'green'] },
    ],
    ['add one', { op: 'add', path: 'tags', value: 'green' }, { tags: ['red', 'Blue', 'green'] }],
    ['add what is there', { op: 'add', path: 'tags', value: ['red', 'red'] }, { tags: ['red', 'Blue'] }],
    ['add in another case', { op: 'add', path: 'tags', value: 'Red' }, { tags: ['red', 'Blue', 'Red'] }],
    [
      'add what the filter says',
      { op: 'add', path: 'tags[value eq "new"]', value: 'new' },
      { tags: ['red', 'Blue', 'new'] },
    ],
  ])('%s', async (_what, operation, expected) => {
    const { body, text } = await patched(operation);
    for (const [name, value] of Object.entries(expected)) expect(body[name], text).toEqual(value);
  });

  test.each<[object, string]>([
    [{ op: 'remove', path: 'tags[value eq "blue"]' }, 'noTarget'],
    [{ op: 'remove', path: 'tags[type eq "red"]' }, 'invalidFilter'],
    [{ op: 'replace', path: 'tags[value eq "red"].value', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'tags[value eq "red"]', value: 7 }, 'invalidValue'],
    [{ op: 'replace', path: 'levels', value: [1.5] }, 'invalidValue'],
    [{ op: 'add', path: 'levels', value: '4' }, 'invalidValue'],
  ])('%j is %s', async (operation, scimType) => {
    expect((await patched(operation)).body['scimType']).toBe(scimType);
  });
});

describe('RFC 7644 §3.5.2.3, a service that swaps whole objects', () => {
  test('what a client cannot write stays, and the rest is what was given', async () => {
    const patch = { ...users.patch, replaceComplex: 'swap' as const };
    const service = { ...rfc, resourceTypes: [users, { ...users, type: badge, patch }] };
    const mock = await mockOf('rfc', { service });
    const { body } = await ask(mock, 'POST', '/Badges', start);
    const operations = [
      { op: 'replace', path: 'keys[type eq "a"]', value: { type: 'c' } },
      { op: 'replace', path: 'holder', value: { value: 'i' } },
      { op: 'replace', path: RULES, value: { rule: 'new' } },
    ];
    const answer = await ask(mock, 'PATCH', `/Badges/${wordOf(body['id'])}`, patchOf(...operations));
    expect(answer.body, answer.text).toMatchObject({
      keys: [{ value: 'k1', type: 'c' }, start.keys[1]],
      holder: { value: 'i', since: 'May' },
    });
    expect(answer.body[RULES]).toEqual({ rule: 'new' });
  });
});

describe('RFC 7643 §4.2, members by PATCH', () => {
  async function group() {
    const mock = await mockOf('rfc');
    const ids = [await created(mock, person('ada')), await created(mock, person('bob'))] as const;
    const { body } = await ask(mock, 'POST', '/Groups', { displayName: 'G', members: [{ value: ids[0] }] });
    const path = `/Groups/${wordOf(body['id'])}`;
    const send = (...operations: readonly object[]) => ask(mock, 'PATCH', path, patchOf(...operations));
    const now = async () =>
      ((await ask(mock, 'GET', path)).body['members'] as unknown as { value: string }[] | undefined)?.map(
        ({ value }) => value,
      );
    return { ids, send, now };
  }

  test('added, added again, removed by a filter, replaced, all taken away', async () => {
    const { ids, send, now } = await group();
    const [ada, bob] = ids;
    expect((await send({ op: 'add', path: 'members', value: [{ value: bob }] })).status).toBe(200);
    const before = (await send({ op: 'add', path: 'members', value: { value: ada } })).body['meta'];
    expect(
      (await send({ op: 'add', path: 'members', value: { value: ada, type: 'User' } })).body['meta'],
    ).toEqual(before);
    expect(await now()).toEqual([ada, bob]);
    await send({ op: 'remove', path: `members[value eq "${ada}"]` });
    expect(await now()).toEqual([bob]);
    await send({ op: 'replace', path: 'members', value: [{ value: ada }, { value: bob }] });
    await send({ op: 'remove', path: `members[value eq "${ada}" or value eq "${bob}"]` });
    expect(await now()).toBeUndefined();
  });

  test.each<[(ids: readonly [string, string]) => object, string]>([
    [([ada, bob]) => ({ op: 'replace', path: `members[value eq "${ada}"].value`, value: bob }), 'mutability'],
    [([ada]) => ({ op: 'replace', path: `members[value eq "${ada}"].display`, value: 'x' }), 'mutability'],
    [
      ([ada]) => ({ op: 'replace', path: `members[value eq "${ada.toUpperCase()}x"]`, value: {} }),
      'noTarget',
    ],
    [() => ({ op: 'add', path: 'members', value: [{ value: 'nobody' }] }), 'invalidValue'],
    [() => ({ op: 'add', path: 'members', value: ['nobody'] }), 'invalidValue'],
    [() => ({ op: 'remove', path: 'displayName' }), 'mutability'],
  ])('%s is refused with %s', async (operation, scimType) => {
    const { ids, send, now } = await group();
    const { status, body } = await send(operation(ids));
    expect([status, body['scimType']]).toEqual([400, scimType]);
    expect(await now()).toEqual([ids[0]]);
  });
});
