import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../src/scim/', import.meta.url);
const files = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));

test('got has one door', () => {
  expect(files.filter(({ text }) => /from 'got'/.test(text)).map(({ name }) => name)).toEqual([
    'transport.ts',
  ]);
});

test('a token request goes through it as well', () => {
  const asking = files.filter(({ text }) => /TokenEndpointRequest\(/.test(text));
  expect(asking.map(({ name }) => name)).toEqual(['token-endpoint.ts']);
  for (const { text } of asking) expect(text).toContain('[oauth.customFetch]: post');
});

test('what is pure imports nothing of the wire: schema, filters and encoding', () => {
  const pure = [
    'schema.ts',
    'filter.ts',
    'path.ts',
    'body.ts',
    'patch.ts',
    'typed.ts',
    'put.ts',
    'encode.ts',
    'profile.ts',
    'discovery.ts',
  ];
  for (const { name, text } of files.filter((file) => pure.includes(file.name))) {
    const imported = [...text.matchAll(/^import (?!type).* from '\.\/(.*)';$/gm)].map(([, file]) => file);
    expect(
      imported.filter((file) => !pure.includes(file ?? '')),
      name,
    ).toEqual([]);
    expect(text, name).not.toMatch(/from 'node:|from 'got'/);
  }
});
