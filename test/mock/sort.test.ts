import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ENTERPRISE, ask, created, mockOf, person } from './calling.ts';

const directory = [
  { id: '1', userName: 'delta', title: 'b', externalId: 'b', active: true },
  {
    id: '2',
    userName: 'Alpha',
    title: 'B',
    externalId: 'B',
    name: { givenName: 'Zoe' },
    emails: [
      { value: 'z@x', type: 'home' },
      { value: 'b@x', type: 'work', primary: true },
    ],
    active: false,
  },
  {
    id: '3',
    userName: 'charlie',
    title: 'a',
    externalId: 'a',
    emails: [
      { value: 'C@x', type: 'home' },
      { value: 'a@x', type: 'work' },
    ],
    [ENTERPRISE]: { department: 'Sales', manager: { value: 'm2' } },
  },
  {
    id: '4',
    userName: 'Bravo',
    externalId: 'A',
    name: { givenName: 'adam' },
    emails: [{ value: 'a@x' }],
    [ENTERPRISE]: { department: 'research', manager: { value: 'm1' } },
  },
];

describe('RFC 7644 §3.4.2.3, sorting', () => {
  test.each<[string, string[]]>([
    // Without regard to case where the attribute has none, and with regard to it where it has.
    ['sortBy=userName', ['2', '4', '3', '1']],
    ['sortBy=USERNAME', ['2', '4', '3', '1']],
    ['sortBy=userName&sortOrder=ascending', ['2', '4', '3', '1']],
    ['sortBy=userName&sortOrder=descending', ['1', '3', '4', '2']],
    ['sortBy=externalId', ['4', '2', '3', '1']],
    ['sortBy=externalId&sortOrder=descending', ['1', '3', '2', '4']],
    // Equals stay in the order in which they were made, whichever way round; who has no value is last, or first.
    ['sortBy=title', ['3', '1', '2', '4']],
    ['sortBy=title&sortOrder=descending', ['4', '1', '2', '3']],
    ['sortBy=name.givenName', ['4', '2', '1', '3']],
    ['sortBy=name.givenName&sortOrder=descending', ['1', '3', '2', '4']],
    // Of several values the primary one, or else the first.
    ['sortBy=emails.value', ['4', '2', '3', '1']],
    ['sortBy=emails', ['4', '2', '3', '1']],
    ['sortBy=emails.type', ['3', '2', '1', '4']],
    ['sortBy=active', ['2', '1', '3', '4']],
    ['sortBy=id&sortOrder=descending', ['4', '3', '2', '1']],
    ['sortBy=meta.created&sortOrder=descending', ['1', '2', '3', '4']],
    ['sortBy=meta.resourceType', ['1', '2', '3', '4']],
    [`sortBy=${ENTERPRISE}:department`, ['4', '3', '1', '2']],
    [`sortBy=${ENTERPRISE}:manager`, ['4', '3', '1', '2']],
    [`sortBy=${ENTERPRISE}:manager.value&sortOrder=descending`, ['1', '2', '3', '4']],
    ['sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName', ['2', '4', '3', '1']],
    // An order of nothing.
    ['sortOrder=descending', ['1', '2', '3', '4']],
    // With the rest of the query.
    ['sortBy=userName&startIndex=2&count=2', ['4', '3']],
    ['sortBy=userName&filter=emails%20pr', ['2', '4', '3']],
  ])('%s', async (query, expected) => {
    const mock = await mockOf('rfc', { people: directory });
    expect(await idsOf(mock, query)).toEqual(expected);
  });

  test.each([
    'sortBy=nothing',
    'sortBy=',
    'sortBy=name.nothing',
    'sortBy=password',
    // Complex, and nothing says by what of it.
    'sortBy=name',
    'sortBy=addresses',
    'sortBy=meta',
    'sortBy=urn:example:x:y',
    'sortBy=userName&sortOrder=up',
    'sortBy=userName&sortOrder=Ascending',
    'sortBy=userName&sortBy=title',
    'sortBy=userName&sortOrder=ascending&sortOrder=descending',
  ])('%s is 400 invalidValue', async (query) => {
    const mock = await mockOf('rfc', { people: directory });
    const { status, body, text } = await ask(mock, 'GET', `/Users?${query}`);
    expect([status, body['scimType']], text).toEqual([400, 'invalidValue']);
  });

  test('letters beyond ASCII go by code point, those beyond U+FFFF last', async () => {
    const names = ['\u{1F600}', '\uFF5E', 'Zoë', 'äa', 'Äb', 'zob'];
    const mock = await mockOf('rfc', { people: names.map((userName) => ({ userName })) });
    const { body } = await ask(mock, 'GET', '/Users?sortBy=userName');
    const sorted = (body['Resources'] as unknown as { userName: string }[]).map(({ userName }) => userName);
    expect(sorted).toEqual(['zob', 'Zoë', 'äa', 'Äb', '\uFF5E', '\u{1F600}']);
  });

  test('dates go by time and not by their text, and a change moves who was changed', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const mock = await mockOf('rfc', { people: directory, clock: () => now });
    expect(await idsOf(mock, 'sortBy=meta.lastModified&sortOrder=descending')).toEqual(['1', '2', '3', '4']);
    now += 1000;
    await ask(mock, 'PUT', '/Users/3', person('aaron'));
    expect(await idsOf(mock, 'sortBy=meta.lastModified&sortOrder=descending')).toEqual(['3', '1', '2', '4']);
    expect(await idsOf(mock, 'sortBy=userName')).toEqual(['3', '2', '4', '1']);
    await ask(mock, 'DELETE', '/Users/2');
    expect(await idsOf(mock, 'sortBy=userName')).toEqual(['3', '4', '1']);
    const fifth = await created(mock, person('bob'));
    expect(await idsOf(mock, 'sortBy=userName')).toEqual(['3', fifth, '4', '1']);
  });

  test('by what the service adds: the groups of a person, as they are now', async () => {
    const mock = await mockOf('rfc', { people: directory });
    const group = (displayName: string, member: string) => ({ displayName, members: [{ value: member }] });
    await ask(mock, 'POST', '/Groups', group('Zebras', '1'));
    const second = await ask(mock, 'POST', '/Groups', group('Apes', '4'));
    expect(await idsOf(mock, 'sortBy=groups.display')).toEqual(['4', '1', '2', '3']);
    await ask(mock, 'PUT', `/Groups/${second.body['id'] as unknown as string}`, group('Zebus', '4'));
    expect(await idsOf(mock, 'sortBy=groups.display')).toEqual(['1', '4', '2', '3']);
  });

  test('a service that does not sort does not look at it', async () => {
    const rfc = await loadService('rfc');
    const service = { ...rfc, features: { ...rfc.features, sort: false } };
    const mock = await mockOf('rfc', { people: directory, service });
    expect(await idsOf(mock, 'sortBy=userName')).toEqual(['1', '2', '3', '4']);
    expect(await idsOf(mock, 'sortBy=nothing&sortOrder=up')).toEqual(['1', '2', '3', '4']);
  });
});

async function idsOf(mock: Mock, query: string): Promise<string[]> {
  const { status, body, text } = await ask(mock, 'GET', `/Users?${query}`);
  expect(status, text).toBe(200);
  return (body['Resources'] as unknown as { id: string }[]).map(({ id }) => id);
}
