/** What the program says about what waits, so that whoever reads it knows what to do, and can copy the line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configuration, csv, people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { writes } from '../support/service.ts';
import { nextDay } from '../support/team.ts';

const company = people(6);
const careful = { target: 'limits: { deactivate: { count: 0 } }' };

interface Report {
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly held: readonly { readonly kind: string; readonly checksum: string }[];
        readonly otherApprovals?: readonly object[];
      }
    >
  >;
}

describe.concurrent('an approval', patient, () => {
  test('of a plan that has changed since is said not to count, by plan and by sync', async (context) => {
    const place = await openPlaceWithService(context, careful);
    place.people(company);
    await place.settle();
    place.people(company.slice(0, 5));
    const held = await place.run('sync', '--json');
    const { checksum } = held.json<Report>().targets['app']!.held[0]!;
    expect((await place.run('approve', 'app', checksum)).code).toBe(0);
    expect((await place.run('plan')).stdout).not.toMatch(/HELD|not approved/);

    place.people(company.slice(0, 4));
    const other = new RegExp(
      `not approved: the approval that \\S+ gave at \\S+ \\S+ UTC is of another checksum, ${checksum.slice(0, 16)}`,
    );
    for (const command of ['plan', 'sync']) expect((await place.run(command)).stdout).toMatch(other);
    for (const command of ['plan', 'sync'])
      expect((await place.run(command, '--json')).json<Report>().targets['app']).toMatchObject({
        state: 'held',
        otherApprovals: [{ checksum }],
      });
    expect(writes(place.mock)).toHaveLength(6);

    place.people(company.slice(0, 5));
    const approved = await place.run('sync');
    expect(approved).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('not approved') as string,
    });
  });

  test('that is given and not used is named by status, with what it lets through', async (context) => {
    const place = await openPlaceWithService(context, careful);
    place.people(company);
    await place.settle();
    place.people(company.slice(0, 5));
    const held = await place.run('sync', '--json');
    const { checksum } = held.json<Report>().targets['app']!.held[0]!;
    expect((await place.run('approve', 'app', checksum, '--only', 'deactivate')).code).toBe(0);
    expect((await place.run('status')).stdout).toMatch(
      /approved {2}[0-9a-f]{16} by \S+ at .* UTC, until .* UTC, deactivate alone: deactivate, with the next sync/,
    );
    expect((await place.run('status', '--json')).json()).toMatchObject({
      targets: [{ approvals: [{ checksum, kinds: ['deactivate'] }] }],
    });
    await place.settle();
    expect((await place.run('status', '--json')).json()).toMatchObject({ targets: [{ approvals: [] }] });
  });

  test('of the read and one of a kind are both asked for, where both are needed', async (context) => {
    const place = await openPlaceWithService(context, careful);
    place.people(company);
    await place.settle();
    place.write(
      'people.csv',
      `${csv([person(1, { status: 'left' }), person(2, { first: 'New' })])}P0003,cut`,
    );
    const { code, stdout } = await place.run('sync', '--show', '0');
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /HELD everything that comes of this read: .*\n +if that is meant: rollcall approve app /,
    );
    expect(stdout).toMatch(
      /HELD deactivate 1: 1 deactivate operation, and the limit is 0\n +needs an approval of its own beside that of the read: rollcall approve app /,
    );
    expect(stdout).toMatch(
      /HELD update 1: together with the read\n +approved with the read; to let nothing but this through: rollcall approve app /,
    );
  });
});

describe.concurrent('a halted target', patient, () => {
  test('is said to be halted by plan, since when and why, until it answers', async (context) => {
    const place = await nextDay(context);
    place.people(company.slice(0, 3));
    await place.runWith({ env: { APP_TOKEN: 'wrong' } }, 'sync', '--quiet');
    const shown = await place.run('plan');
    expect(shown.stdout).toMatch(
      / {2}HALTED since \d{4}-\d\d-\d\d \S+ UTC: .*401.*\n +the next sync tries it again\n/,
    );
    expect((await place.run('plan', '--json')).json()).toMatchObject({
      targets: {
        app: {
          halted: {
            since: expect.any(Number) as number,
            code: 'unauthorised',
            reason: expect.stringContaining('401') as string,
          },
        },
      },
    });
    const status = await place.run('status');
    expect(status.stdout).toMatch(
      /pending 1, .*\n[^]* {2}pending {2}P0004 {2}deactivate: no longer in the source\n/,
    );
    await place.settle();
    expect((await place.run('plan')).stdout).not.toContain('HALTED');
  });
});

describe.concurrent('a command that is to be copied', patient, () => {
  test('names the configuration where it is not the usual one, as a shell takes it', async (context) => {
    const place = await openPlaceWithService(context);
    const file = "other's/roll call.yaml";
    const quoted = `'other'\\''s/roll call.yaml'`;
    mkdirSync(place.path("other's"));
    writeFileSync(place.path(file), configuration({ baseUrl: place.mock.url, ...careful }));
    writeFileSync(place.path("other's/people.csv"), csv(company));
    expect((await place.run('sync', '--quiet', '--config', file)).code).toBe(0);
    writeFileSync(place.path("other's/people.csv"), csv(company.slice(0, 5)));
    const held = await place.run('sync', '--config', file);
    const [, line] = /if that is meant: (rollcall .*)\n/.exec(held.stdout)!;
    expect(line).toContain(`rollcall approve --config ${quoted} app `);
    const copied = await place.runWith({
      shell: `node="$1" bin="$2"; rollcall() { "$node" "$bin" "$@"; }; ${line}`,
    });
    expect(copied).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('approved for 24 hours') as string,
    });
    const wrong = await place.run('approve', 'app', 'abcdefabcdef', '--config', file);
    expect(wrong.stderr).toContain(`as rollcall plan --config ${quoted} shows it`);
  });
});
