import { expect } from 'vitest';
import { patchOf, playedAs } from './quirks.ts';
import { ada, group, made } from './people.ts';

const long = (length: number): string => 'x'.repeat(length);

playedAs('figma', {
  'the userName is the e-mail address, of at most 100 characters, and can be changed': [
    { ...made, body: { ...ada, userName: 'ada' }, status: 400 },
    { ...made, body: { ...ada, userName: `${long(89)}@example.com` }, status: 400 },
    made,
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf({ op: 'replace', path: 'userName', value: 'countess@example.com' }),
      has: { userName: 'countess@example.com' },
    },
  ],
  'displayName is limited to 100 characters, externalId to 255, the name of a group to 255': [
    { ...made, body: { ...ada, displayName: long(101) }, status: 400 },
    { ...made, body: { ...ada, externalId: long(256) }, status: 400 },
    {
      ...made,
      body: { ...ada, displayName: long(100), externalId: long(255) },
      has: { externalId: long(255) },
    },
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf({ op: 'replace', value: { displayName: long(101) } }),
      status: 400,
    },
    { ask: 'POST /Groups', body: { displayName: long(256) }, status: 400 },
  ],
  'a seatType is Full, Dev, Collab or View': [
    { ...made, body: { ...ada, roles: [{ type: 'seatType', value: 'Owner' }] }, status: 400 },
    {
      ...made,
      body: { ...ada, roles: [{ type: 'seatType', value: 'Dev' }] },
      has: { roles: [{ value: 'Dev' }] },
    },
  ],
  'users can be deactivated and reactivated': [
    made,
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf({ op: 'replace', path: 'active', value: false }),
      has: { active: false },
    },
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf({ op: 'replace', path: 'active', value: true }),
      has: { active: true },
    },
  ],
  'meta.version is a weak ETag; members are added by PATCH': [
    made,
    group,
    { ask: 'GET /Users/${ada}', has: { meta: { version: expect.stringMatching(/^W\//) as unknown } } },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'add', path: 'members', value: [{ value: '${ada}' }] }),
      has: { members: [{}] },
    },
  ],
});
