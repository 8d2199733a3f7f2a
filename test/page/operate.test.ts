import { expect, test } from 'vitest';
import { openState } from '../../src/store/state.ts';
import { openOffice } from '../http/office.ts';
import { accounts } from '../support/service.ts';
import { browse } from './browse.ts';

test('a target is paused with a reason and resumed, by whoever may operate alone', async (context) => {
  const office = await openOffice(context);
  const reader = browse(office);
  await reader.signIn('read');
  expect((await reader.get('/target?name=app')).text).not.toContain('action="/pause"');
  const one = browse(office);
  await one.signIn();
  await one.get('/target?name=app');
  const paused = await one.post('/pause', { reason: ' moving house ' });
  expect(paused.text).toContain('Nothing is sent to app until it is resumed.');
  const seen = (await one.get('/target?name=app')).text;
  expect(seen).toMatch(/by\s+http:all: moving house/);
  expect(seen).not.toContain('action="/pause"');
  const token = /name="token" value="([^"]+)"/.exec((await reader.get('/')).text)![1]!;
  const refused = await reader.bare('/resume', { token, target: 'app' });
  expect([refused.status, refused.text.includes('operate')]).toEqual([403, true]);
  await one.get('/target?name=app');
  expect((await one.post('/resume')).text).toContain('app goes on');
  expect((await one.get('/target?name=app')).text).toContain('action="/pause"');
  expect((await one.post('/pause', { target: 'nowhere' })).status).toBe(404);
  await one.get('/target?name=app');
  expect((await one.post('/pause', { reason: 'x'.repeat(501) })).status).toBe(400);
});

test('somebody is looked at, offboarded everywhere once it is said to be meant, and lifted', async (context) => {
  const office = await openOffice(context);
  const reader = browse(office);
  await reader.signIn('read');
  expect((await reader.get('/person?key=P0002')).text).not.toContain('/offboard?');
  expect((await reader.get('/offboard?key=P0002')).text).toContain('the scope operate');
  const token = /name="token" value="([^"]+)"/.exec((await reader.get('/')).text)![1]!;
  expect((await reader.bare('/offboard', { token, key: 'P0002', sure: 'yes' })).status).toBe(403);
  const one = browse(office);
  await one.signIn();
  expect((await one.get('/person?key=P0002')).text).toContain('/offboard?key=P0002');
  expect((await one.get('/offboard?key=P9999')).status).toBe(404);
  await one.get('/offboard?key=P0002');
  expect((await one.post('/offboard')).status).toBe(400);
  await one.get('/offboard?key=P0002');
  expect((await one.post('/offboard', { sure: 'yes', token: 'x' })).status).toBe(403);
  expect(accounts(office.mock)).toMatchObject({ 'person2@example.com': true });
  await one.get('/offboard?key=P0002');
  const done = await one.post('/offboard', { sure: 'yes', reason: 'stolen laptop' });
  expect(done.text).toContain('Every target has confirmed it.');
  expect(accounts(office.mock)).toMatchObject({ 'person1@example.com': true, 'person2@example.com': false });
  const page = (await one.get('/person?key=P0002')).text;
  expect(page).toMatch(/by http:all: stolen laptop/);
  expect(page).not.toContain('/offboard?key=');
  expect((await one.get('/offboard?key=P0002')).text).toContain('offboarded already');
  await one.get('/person?key=P0002');
  expect((await one.post('/lift')).text).toContain('is not offboarded any more');
  expect((await one.post('/lift', { key: 'P0002', token: tokenIn(page) })).status).toBe(404);
  const state = openState(office.path('rollcall.db'), false);
  const events = state
    .sql(`SELECT event FROM audit WHERE key = 'P0002' AND event LIKE 'person.%' ORDER BY seq`)
    .pluck()
    .all();
  state.close();
  expect(events).toEqual(expect.arrayContaining(['person.offboarded']));
});

function tokenIn(text: string): string {
  return /name="token" value="([^"]+)"/.exec(text)![1]!;
}
