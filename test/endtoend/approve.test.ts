import { chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import type { Ended } from '../support/rollcall.ts';
import { accounts, journalled, writes } from '../support/service.ts';

interface Report {
  readonly targets: {
    readonly app: {
      readonly held: readonly { readonly kind: string; readonly checksum: string; readonly count: number }[];
    };
  };
}

const company = people(4);
const [first, second, third, fourth] = company as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
];

/** Four accounts on a target where not one may be switched off or changed unasked; then one leaves and one changes. */
async function held(context: TestContext) {
  const place = await openPlaceWithService(context, {
    target: 'limits: { deactivate: { count: 0 }, update: { count: 0 } }',
  });
  place.people(company);
  await place.settle();
  place.people([{ ...first, first: 'Renamed' }, second, third]);
  const ended = await place.run('sync', '--json');
  expect(ended.code).toBe(3);
  expect(Object.values(accounts(place.mock))).toEqual([true, true, true, true]);
  return { ...place, checksums: checksumsOf(ended), before: journalled(place.mock) };
}

function checksumsOf(ended: Ended): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ended.json<Report>().targets.app.held.map(({ kind, checksum }) => [kind, checksum]),
  );
}

describe.concurrent('an approval', patient, () => {
  test('for some people lets those through, once, and the others stay held', async (context) => {
    const place = await openPlaceWithService(context, { target: 'limits: { deactivate: { count: 0 } }' });
    place.people(company);
    await place.settle();
    place.people([first, ...[second, third, fourth].map((row) => ({ ...row, status: 'left' }))]);
    const before = checksumsOf(await place.run('sync', '--json'))['deactivate']!;
    place.write('leavers.txt', `${second.id}\r\n\n${third.id}\n`);
    place.write('a.txt', `${second.id}\nP9999\n`);
    place.write('b.txt', '\n');
    const [stranger, nobody, missing] = await Promise.all([
      place.run('approve', 'app', before, '--keys', 'a.txt'),
      place.run('approve', 'app', before, '--keys', 'b.txt'),
      place.run('approve', 'app', before, '--keys', 'there-is-none.txt'),
    ]);
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('P9999') as string });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('no key in it') as string });
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there-is-none.txt') as string,
    });
    const approved = await place.run('approve', 'app', before, '--keys', 'leavers.txt');
    expect(approved).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('deactivate 2 of 3') as string,
    });
    expect((await place.run('status')).stdout).toContain('2 people alone');

    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(3);
    expect(Object.values(accounts(place.mock))).toEqual([true, false, false, true]);
    const rest = ended.json<Report>().targets.app.held;
    expect(rest).toMatchObject([{ kind: 'deactivate', count: 1 }]);
    expect(rest[0]!.checksum).not.toBe(before);
    // The next plan holds the same: one person, with the checksum that was shown.
    expect(checksumsOf(await place.run('plan', '--json'))).toEqual({ deactivate: rest[0]!.checksum });
    expect((await place.run('approve', 'app', rest[0]!.checksum)).code).toBe(0);
    await place.settle();
    expect(Object.values(accounts(place.mock))).toEqual([true, false, false, false]);
  });

  test('of another target, of too little, or of nothing is refused, and lets nothing through', async (context) => {
    const place = await held(context);
    const [target, short, noHex, noKind, otherKind] = await Promise.all([
      place.run('approve', 'nobody', place.checksums['deactivate']!),
      place.run('approve', 'app', place.checksums['deactivate']!.slice(0, 11)),
      place.run('approve', 'app', 'yes-please-all-of-it'),
      place.run('approve', 'app', place.checksums['deactivate']!, '--only', 'switchoff'),
      place.run('approve', 'app', place.checksums['deactivate']!, '--only', 'update,create'),
    ]);
    expect(target).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no target "nobody" in .*\n.*the targets are app/) as string,
    });
    expect(short).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /is no checksum of a held plan\n.*at least the first 12 characters/,
      ) as string,
    });
    expect(noHex).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is no checksum of a held plan/) as string,
    });
    expect(noKind).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /--only switchoff: there is no such kind\n.*create, update, deactivate/,
      ) as string,
    });
    expect(otherKind).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/this checksum is of deactivate, which --only leaves out/) as string,
    });
    const wrong = await place.run('approve', 'app', 'abcdefabcdef');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/nothing that is held on app has the checksum abcdefabcdef\n/);
    for (const [kind, checksum] of Object.entries(place.checksums))
      expect(wrong.stderr).toContain(`held: ${kind} 1, ${checksum.slice(0, 16)}\n`);
    expect((await place.run('status')).stdout).not.toContain('  approved  ');
    expect((await place.run('sync')).code).toBe(3);
    expect(writes(place.mock, place.before)).toEqual([]);
  });

  test('lets exactly its kind through; the other stays held', async (context) => {
    const place = await held(context);
    const given = await place.run(
      'approve',
      'app',
      place.checksums['deactivate']!.slice(0, 16),
      '--only',
      'deactivate',
    );
    expect(given.stdout).toMatch(/approved for 24 hours, once: deactivate 1 on app/);
    expect((await place.run('sync')).code).toBe(3);
    expect(accounts(place.mock)[fourth.email]).toBe(false);
    expect(writes(place.mock, place.before)).toHaveLength(1);
    expect((await place.run('status')).stdout).toMatch(/HELD update 1/);
    expect((await place.run('approve', 'app', place.checksums['update']!)).code).toBe(0);
    expect((await place.run('sync')).code).toBe(0);
    expect(writes(place.mock, place.before)).toHaveLength(2);
  });

  test('is used up: the same people leaving once more are held once more', async (context) => {
    const place = await openPlaceWithService(context, { target: 'limits: { deactivate: { count: 0 } }' });
    place.people(company);
    await place.settle();
    place.people(company.slice(0, 3));
    const once = checksumsOf(await place.run('sync', '--json'))['deactivate']!;
    expect((await place.run('approve', 'app', once)).code).toBe(0);
    await place.settle();
    place.people(company);
    await place.settle();
    expect(accounts(place.mock)[fourth.email]).toBe(true);
    place.people(company.slice(0, 3));
    const again = await place.run('sync', '--json');
    expect(again.code).toBe(3);
    expect(checksumsOf(again)['deactivate']).toBe(once);
    expect(accounts(place.mock)[fourth.email]).toBe(true);
  });

  test('is of these people: one more, and it is held again', async (context) => {
    const place = await held(context);
    expect((await place.run('approve', 'app', place.checksums['deactivate']!)).code).toBe(0);
    place.people([first, second]);
    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(3);
    expect(checksumsOf(ended)['deactivate']).not.toBe(place.checksums['deactivate']);
    expect(Object.values(accounts(place.mock))).toEqual([true, true, true, true]);
  });

  test('of a plan that was only looked at is given whole, as the plan shows it', async (context) => {
    const place = await openPlaceWithService(context, { target: 'limits: { deactivate: { count: 0 } }' });
    place.people(company);
    await place.settle();
    place.people(company.slice(0, 3));
    const shown = await place.run('plan');
    const [, checksum] = /if that is meant: rollcall approve app ([0-9a-f]+)\n/.exec(shown.stdout)!;
    expect(checksum).toHaveLength(64);
    expect(await place.run('approve', 'app', checksum!.slice(0, 63))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /nothing at all is held there at the moment\n.*give the whole checksum, as rollcall plan shows it/,
      ) as string,
    });
    expect(await place.run('approve', 'app', checksum!)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Nothing that app holds has this checksum/) as string,
    });
    await place.settle();
    expect(accounts(place.mock)[fourth.email]).toBe(false);
  });

  test('of what was never synced is refused', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    const ended = await place.run('approve', 'app', 'abcdefabcdef');
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/app was never synced/) as string });
  });
});

describe.concurrent('a plan in a file', patient, () => {
  test('belongs to its owner alone, also where the file was there before', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    const old = '{"rollcall":"0.0.1","source":{"count":9},"targets":{}}\n';
    place.write('old.ndjson', `${old}${'what stood in it\n'.repeat(500)}`);
    chmodSync(place.path('old.ndjson'), 0o644);
    for (const name of ['new.ndjson', 'old.ndjson']) {
      expect((await place.run('plan', '--out', name)).code).toBe(0);
      expect((statSync(place.path(name)).mode & 0o777).toString(8)).toBe('600');
      const lines = readFileSync(place.path(name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(lines).toHaveLength(5);
      expect(lines[0]).toMatchObject({
        source: { count: 4, complete: true },
        targets: { app: { totals: [{ kind: 'create', count: 4 }] } },
      });
      expect(lines.slice(1)).toEqual(
        company.map(
          ({ id }) => expect.objectContaining({ target: 'app', kind: 'create', key: id }) as object,
        ),
      );
    }
  });

  test('is never written over the state, the people or the configuration', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    await place.settle();
    symlinkSync(place.path('rollcall.db'), place.path('link.ndjson'));
    const names = ['rollcall.db', 'people.csv', './tmp/../rollcall.yaml', 'link.ndjson'];
    const before = names.map((name) => readFileSync(place.path(name)));
    for (const name of names) {
      const ended = await place.run('plan', '--out', name);
      expect(ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/the plan would be written over \S+\n.*--out/) as string,
      });
    }
    expect(names.map((name) => readFileSync(place.path(name)))).toEqual(before);
  });

  test('that cannot be written is said, and a device keeps its mode', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3000));
    const mode = statSync('/dev/full').mode;
    const full = await place.run('plan', '--quiet', '--out', '/dev/full');
    expect(full).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: the plan cannot be written to \/dev\/full: the disk is full\n$/,
      ) as string,
    });
    expect(statSync('/dev/full').mode).toBe(mode);
  });

  test('that still holds is synced; one that does not is refused with the difference, and nothing is sent', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    expect((await place.run('plan', '--out', 'plan.ndjson')).code).toBe(0);
    place.people([{ ...first, first: 'Renamed' }, second, third, person(5)]);
    const changed = await place.run('sync', '--plan', 'plan.ndjson');
    expect(changed.code).toBe(3);
    expect(changed.stderr).toMatch(
      /the plan is not the one in the file any more; nothing was sent\n.*rollcall plan/,
    );
    expect(changed.stderr).toMatch(/app: other changes: create P0001/);
    expect(changed.stderr).toMatch(/app: new: create P0005/);
    expect(changed.stderr).toMatch(/app: no longer: create P0004/);
    expect(changed.stderr).not.toMatch(/P0002|P0003/);
    const asJson = await place.run('sync', '--plan', 'plan.ndjson', '--json');
    expect(asJson).toMatchObject({ code: 3 });
    expect(asJson.json()).toMatchObject({ error: { code: 'changed' } });
    expect(writes(place.mock)).toEqual([]);

    place.people(company);
    expect((await place.run('sync', '--plan', 'plan.ndjson')).code).toBe(0);
    expect(Object.values(accounts(place.mock))).toEqual([true, true, true, true]);
    const used = await place.run('sync', '--plan', 'plan.ndjson');
    expect(used.code).toBe(3);
    expect(writes(place.mock)).toHaveLength(4);
  });

  test('that is none is refused, whatever it is', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    const wrong = {
      'empty.ndjson': '',
      'text.ndjson': 'a plan\n',
      'null.ndjson': 'null\n',
      'other.ndjson': '{"targets":{"app":null}}\n',
      'row.ndjson': '{"targets":{"app":{"totals":[]}}}\n{"target":"elsewhere"}\n',
      'people.json': '[]',
    };
    for (const [name, text] of Object.entries(wrong)) place.write(name, text);
    const ended = await Promise.all(
      [...Object.keys(wrong), '.', 'missing.ndjson'].map((name) => place.run('sync', '--plan', name)),
    );
    expect(ended.at(-1)!.stderr).toContain('there is no such file or folder');
    expect(ended.at(-2)!.stderr).toContain('it is a folder');
    expect(ended[1]!.stderr).toContain('its lines are not those of one');
    for (const { code, stderr } of ended) {
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: \S+ cannot be read as a plan: .*\n {7}write one with rollcall plan --out\n$/,
      );
    }
    expect(place.mock.journal()).toEqual([]);
  });
});
