import { expect, test } from 'vitest';
import { sheet } from '../../src/page/frame.ts';
import { eventTable } from '../../src/page/views/history.ts';
import type { TrailRow } from '../../src/store/trail/rows.ts';

const row = (seq: number, key: string, detail: object): TrailRow => ({
  seq,
  at: 0,
  run: 1,
  target: 'app',
  key,
  event: 'operation.done',
  detail: JSON.stringify(detail),
  previous: '',
  hash: '',
});

test('a row of the trail leads to a person, and of a group to what happened to it', () => {
  const { text } = eventTable(
    [
      row(1, 'P1', { kind: 'create' }),
      row(2, 'P2', { kind: 'memberAdd', group: 'On Call' }),
      row(3, 'On Call', { kind: 'createGroup' }),
    ],
    'Newest first',
  );
  const links = [...text.matchAll(/href="(\/(?:person|history)\?(?:key|person)=[^"]*)"/g)].map(
    ([, to]) => to,
  );
  expect(links).toEqual(['/person?key=P1', '/person?key=P2', '/history?person=On+Call']);
});

test('a page that has times says of which zone they are', () => {
  const viewer = { name: 'ada', token: 'x', mayApprove: false, mayOperate: false };
  expect(sheet({ title: 'Runs', viewer }, '')).toContain('All times are in UTC.');
});
