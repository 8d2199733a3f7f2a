import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { describe, expect, test } from 'vitest';
import { configuration, people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import { selfSigned } from '../support/certificate.ts';
import { listening } from '../support/serving.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';
import { nextDay, team, teamOn } from '../support/team.ts';
import type { SyncReport } from '../support/team.ts';

describe.concurrent(
  'a target that fails as a whole is left with a sentence, and nobody is harmed:',
  patient,
  () => {
    const refusals = [
      { name: '401', fault: 'status=401', code: 'unauthorised', says: /app answered 401 to \w+ \/Users/ },
      { name: '403', fault: 'status=403', code: 'forbidden', says: /app answered 403 to \w+ \/Users/ },
      {
        name: 'a sign-in page',
        fault: 'html',
        code: 'protocol',
        says: /an HTML page “Sign in” instead of SCIM/,
      },
      {
        name: 'a gateway page',
        fault: 'html,status=404',
        code: 'address',
        says: /an HTML page “Sign in”/,
      },
    ];

    test.for(refusals)('$name', async ({ fault, code, says }, context) => {
      const place = await nextDay(context);
      place.mock.addFault(fault);
      const ended = await place.run('sync', '--json', '--wait', '0s');
      expect(ended.code).toBe(1);
      const { state, error, counts } = ended.json<SyncReport>().targets['app']!;
      expect({ state, counts }).toEqual({ state: 'failed', counts: { User: {}, Group: {} } });
      expect(error!.code).toMatch(new RegExp(`^(${code})$`));
      expect(error!.message).toMatch(says);
      // The whole target is in trouble: it is not asked once for each person.
      expect(journalled(place.mock) - place.before).toBeLessThanOrEqual(4);
      expect(accounts(place.mock)).toEqual(teamOn);

      place.mock.clearFaults();
      await place.settle();
      expect(accounts(place.mock)).toEqual({
        ...teamOn,
        'person4@example.com': false,
        'person5@example.com': true,
      });
    });

    test('403 to the question about everybody who is new, with the groups that they come into', async (context) => {
      const place = await openPlaceWithService(context);
      const groups = '\ngroups: [{ name: Engineers, members: "${record.department == \'Engineering\'}" }]\n';
      place.write('rollcall.yaml', configuration({ baseUrl: place.mock.url }) + groups);
      place.people(team);
      place.mock.addFault('status=403');
      const ended = await place.run('sync', '--json', '--wait', '0s');
      expect(ended.code).toBe(1);
      expect(ended.json<SyncReport>().targets['app']).toMatchObject({
        state: 'failed',
        error: { code: 'forbidden' },
      });
      place.mock.clearFaults();
      await place.settle();
      expect(accounts(place.mock)).toEqual(teamOn);
    });

    test.for(refusals.slice(0, 3))('$name to a deactivation alone', async ({ fault, says }, context) => {
      const place = await nextDay(context);
      place.people(team.slice(0, 3));
      place.mock.addFault(fault);
      const ended = await place.run('sync', '--json', '--wait', '0s');
      expect(ended.code).toBe(1);
      const { state, error } = ended.json<SyncReport>().targets['app']!;
      expect(state).toBe('failed');
      expect(error!.message).toMatch(says);
      expect(journalled(place.mock) - place.before).toBeLessThanOrEqual(3);
      expect(accounts(place.mock)).toEqual(teamOn);
      place.mock.clearFaults();
      await place.settle();
      expect(accounts(place.mock)).toEqual({ ...teamOn, 'person4@example.com': false });
    });

    test('a name that does not resolve', async (context) => {
      const place = openPlace(context);
      place.configure({ baseUrl: 'https://scim.rollcall.invalid/scim/v2', target: 'timeout: 5s' });
      place.people(team);
      const ended = await place.run('sync');
      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(/unreachable: app cannot be (found|reached).* scim\.rollcall\.invalid/);
    });

    test('a connection that is refused', async (context) => {
      const place = openPlace(context);
      const gone = createHttpServer();
      const port = await listening(context, gone);
      await new Promise((resolve) => gone.close(resolve));
      place.configure({ baseUrl: `http://127.0.0.1:${port}/scim/v2` });
      place.people(team);
      const ended = await place.run('sync');
      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(
        new RegExp(`unreachable: app refused the connection to 127\\.0\\.0\\.1:${port}`),
      );
    });

    test('a certificate that nobody vouches for, before it is told the credential', async (context) => {
      const place = openPlace(context);
      const tls = selfSigned(place.folder);
      if (tls === undefined) return context.skip('there is no openssl here');
      let asked = 0;
      const server = createServer(tls, (_request, response) => {
        asked++;
        response.end('{}');
      });
      place.configure({ baseUrl: `https://127.0.0.1:${await listening(context, server)}/scim/v2` });
      place.people(team);
      const ended = await place.runWith({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'sync');
      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(
        /certificate: app has a certificate at 127\.0\.0\.1:\d+ that cannot be trusted/,
      );
      expect(asked).toBe(0);
    });

    test('a halted target is said in status, and one that works beside it is served', async (context) => {
      const [place, broken] = [await openPlaceWithService(context), await playService(context)];
      broken.addFault('status=401');
      place.configure({
        baseUrl: place.mock.url,
        targets: `broken:\n  connector: generic\n  baseUrl: ${broken.url}\n  auth: { kind: bearer, token: { env: APP_TOKEN } }`,
      });
      place.people(team);
      const ended = await place.run('sync');
      expect(ended.code).toBe(4);
      expect(ended.stdout).toMatch(/broken {2}failed/);
      expect(accounts(place.mock)).toEqual(teamOn);
      expect(broken.users()).toEqual([]);
      const again = await place.run('sync', '--json');
      expect(again.code).toBe(4);
      expect(again.json<SyncReport>().targets['app']).toMatchObject({ state: 'done', counts: { User: {} } });
      broken.clearFaults();
      expect((await place.run('resume', 'broken')).stdout).toMatch(/^broken goes on: it was halted since /);
      expect((await place.run('sync')).code).toBe(0);
      expect(accounts(broken)).toEqual(teamOn);
    });

    test('401 in the middle of delivery halts, is said in status, and costs nobody an attempt', async (context) => {
      const place = await openPlaceWithService(context, { target: 'concurrency: 1' });
      place.people(team);
      place.mock.addFault('status=401,method=POST,after=2');
      const ended = await place.run('sync');
      expect(ended.code).toBe(4);
      expect(place.mock.users()).toHaveLength(2);
      expect(writes(place.mock)).toHaveLength(3);
      expect((await place.run('status')).stdout).toMatch(/HALTED since .*: app answered 401 to POST \/Users/);
      place.mock.clearFaults();
      expect((await place.run('sync')).code).toBe(0);
      expect(accounts(place.mock)).toEqual(teamOn);
      expect((await place.run('status')).stdout).not.toMatch(/HALTED/);
    });
  },
);

describe.concurrent('one person whom the target refuses stops nobody else:', patient, () => {
  test('500 to the question whether one who is new is there already', async (context) => {
    // With so many accounts, two are cheaper to look up one by one than by the list.
    const many = people(101);
    const place = await openPlaceWithService(context);
    place.people(many);
    await place.settle();
    place.people([...many.slice(1), person(102), person(103)]);
    place.mock.addFault('status=500,method=GET,user=person102@example.com');
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/P0102 {2}unproved: .*app answered 500 to GET \/Users/);
    const held = accounts(place.mock);
    expect(held['person1@example.com']).toBe(false);
    expect(held['person102@example.com']).toBeUndefined();
    expect(held['person103@example.com']).toBe(true);
    place.mock.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person102@example.com']).toBe(true);
  });

  test('400 for a create, which is not sent again until something changes', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(team);
    place.mock.addFault('status=400,scimType=invalidValue,detail="no such city",user=person2@example.com');
    expect((await place.run('sync')).code).toBe(4);
    expect(place.mock.users()).toHaveLength(3);
    expect((await place.run('status')).stdout).toMatch(/P0002 .*invalidValue, “no such city”/);
    place.mock.clearFaults();
    place.people(team.map((row) => (row.id === 'P0002' ? { ...row, first: 'Other' } : row)));
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)).toEqual(teamOn);
  });
});
