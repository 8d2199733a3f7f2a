import { expect, test } from 'vitest';
import { keepingOf } from '../../src/configuration/index.ts';
import { configurationText, load } from './support.ts';

const secretsOf = async (identity: string): Promise<unknown> => {
  const { secrets } = keepingOf(await load(configurationText({ identity }).replace('csv', 'json')));
  return Object.fromEntries(
    [...secrets].map(([name, { within, isShared }]) => [name, isShared ? [...within] : 'all']),
  );
};

test.for<readonly [string, object]>([
  ['title: ${record.title}', {}],
  ['password: a-word', {}],
  ['password: ${record.pin}', { pin: 'all' }],
  ['password: ${get(record, "pin")}', { pin: 'all' }],
  // Another expression needs it.
  ['password: ${record.email + record.pin}', { pin: 'all' }],
  ['password: ${record.email}', {}],
  ['password: ${get(record.card, "pin")}', { card: 'all' }],
  ['password: ${get(record.card, "pin")}\ntitle: ${get(record.card, "title")}', { card: ['pin'] }],
  ['password: ${get(record.card, "pin")}\ntitle: ${get(record.card, "pin")}', {}],
])('of %s, what is kept for nobody is %j', async ([identity, secrets]) => {
  expect(await secretsOf(identity)).toEqual(secrets);
});

test('of a password that reads the whole record, no change tells all', async () => {
  const all = 'password: ${record.map(name, name)[0]}';
  expect(Object.keys((await secretsOf(all)) as object)).toHaveLength(1);
});
