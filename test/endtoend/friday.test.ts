import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { csv, people, person } from '../support/company.ts';
import { openField } from '../support/field.ts';
import { patient } from '../support/folder.ts';

/** The blocks of output in README's story, each a list of lines, with `…` for what is different each time or left out. */
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const story = /\n### A Friday evening\n([^]*?)\n##/.exec(readme)?.[1] ?? '';
const told = [...story.matchAll(/```text\n([^]*?)```/g)].map(([, block]) => block!.trimEnd().split('\n'));

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

test('the story of README’s Friday evening is what happens', patient, async (context) => {
  const way = { auth: '{ kind: bearer, token: { file: ./token } }', target: 'timeout: 5s' };
  const field = await openField(context, { ways: { chat: way, wiki: way } });
  const [chat, wiki] = [field.mocks.get('chat')!, field.mocks.get('wiki')!];
  field.write('token', `${field.mock.token}\n`);
  const company = people(60);
  const left = (...ids: readonly number[]) =>
    [...company, person(61)].map((row, at) => (ids.includes(at + 1) ? { ...row, status: 'left' } : row));
  field.people(company);
  await field.settle();

  const said: string[] = [];
  const sync = async (code: number): Promise<void> => {
    said.push((await field.says(code, 'sync', '--wait', '0s')).stdout);
  };
  // 18:00
  chat.addFault('status=401,detail="The token has expired."');
  field.people(left(7));
  await sync(4);
  // 19:00
  const whole = csv(left(7));
  field.write('people.csv', whole.slice(0, Math.floor(whole.length / 2)));
  await sync(3);
  // 20:00
  chat.clearFaults();
  wiki.addFault('status=503');
  field.people(left(7, 8));
  await sync(4);
  // 21:00
  wiki.clearFaults();
  field.people(left(7, 8, ...Array.from({ length: 20 }, (_, at) => 30 + at)));
  await sync(3);
  // Monday
  field.people(left(7, 8));
  await sync(0);
  await field.ends(left(7, 8));
  if (process.env['SHOW']) console.info(said.join('=====\n'));

  expect(told).toHaveLength(said.length);
  for (const [at, lines] of told.entries()) {
    const shown = lines.map((line) => line.split('…').map(literal).join('.*'));
    expect(said[at]).toMatch(new RegExp(`^${shown.join('\\n(?:.*\\n)*?')}$`, 'm'));
  }
});
