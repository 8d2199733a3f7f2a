import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { csv, people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { accounts, journalled, writes } from '../support/service.ts';

/**
 * Four people with accounts: so few that no limit on deactivations would hold anything back. If one of these files made
 * a leaver, somebody would be switched off.
 */
const company = people(4);
const whole = csv(company);
const allOn = Object.fromEntries(company.map(({ email }) => [email, true]));

interface Bad {
  readonly name: string;
  readonly spoil: (place: Place) => void;
  readonly code: 1 | 3;
  /** All of these stand in what is said. */
  readonly says: readonly RegExp[];
}

const bad: readonly Bad[] = [
  {
    name: 'is not there',
    spoil: (place) => rmSync(place.path('people.csv')),
    code: 1,
    says: [/people\.csv/, /there is no such file/, /check `path` in the configuration/],
  },
  {
    name: 'is empty',
    spoil: (place) => place.write('people.csv', ''),
    code: 1,
    says: [/people\.csv/, /empty|no header/],
  },
  {
    name: 'has a header and nobody in it',
    spoil: (place) => place.write('people.csv', csv([])),
    code: 3,
    says: [/people\.csv/, /NOT COMPLETE/, /a header and no records/],
  },
  {
    name: 'is cut in the middle of a row',
    spoil: (place) => place.write('people.csv', whole.slice(0, whole.indexOf('person3') + 4)),
    code: 3,
    says: [/NOT COMPLETE/, /the last row, on line 4, is short and its line does not end: the file looks cut/],
  },
  {
    name: 'is cut inside quotes',
    spoil: (place) => place.write('people.csv', `${csv(company.slice(0, 2))}P0003,"Fir`),
    code: 1,
    says: [/people\.csv:4/, /ends inside quotes/, /the file was cut/],
  },
  {
    name: 'lacks the column of the key',
    spoil: (place) => place.write('people.csv', whole.replace('id,', 'number,')),
    code: 1,
    says: [/rollcall\.yaml:5:\d+ \(source\.key\)/, /no column "id"/, /The header names "number", "first"/],
  },
  {
    name: 'is in another encoding',
    spoil: (place) =>
      place.write('people.csv', Buffer.from(csv([...company, person(5, { last: 'Müller' })]), 'latin1')),
    code: 1,
    says: [/people\.csv:6/, /offset \d+ is not utf-8/, /`encoding: windows-1252`/],
  },
  {
    name: 'holds NUL bytes',
    spoil: (place) => place.write('people.csv', `${csv(company.slice(0, 2))}${'\0'.repeat(4096)}`),
    code: 1,
    says: [/people\.csv:4/, /NUL/],
  },
  {
    name: 'has a cell of 10 MB',
    spoil: (place) =>
      place.write('people.csv', csv([company[0]!, person(2, { last: 'x'.repeat(10_000_000) })])),
    code: 1,
    says: [/people\.csv:3/, /longer than a million characters/],
  },
];

async function synced(context: TestContext) {
  const place = await openPlaceWithService(context);
  place.people(company);
  expect(await place.run('sync')).toMatchObject({ code: 0 });
  expect(accounts(place.mock)).toEqual(allOn);
  return { ...place, before: journalled(place.mock) };
}

describe.concurrent('a file of people that', patient, () => {
  test.for(bad)(
    '$name gets a reason with its place, and nobody is switched off',
    async ({ spoil, code, says }, context) => {
      const place = await synced(context);
      spoil(place);
      const ended = await place.run('sync');
      expect(ended).toMatchObject({ code });
      for (const words of says) expect(ended.stdout + ended.stderr).toMatch(words);
      expect(writes(place.mock, place.before)).toEqual([]);
      expect(accounts(place.mock)).toEqual(allOn);

      place.people(company);
      const after = await place.run('plan', '--exit-code');
      expect(after).toMatchObject({ code: 0 });
    },
  );

  test('is cut and approved all the same lets changes through, and makes no leaver', async (context) => {
    const place = await synced(context);
    const changed = csv([{ ...company[0]!, first: 'Renamed' }, person(5), company[1]!, company[2]!]);
    place.write('people.csv', changed.slice(0, changed.indexOf('person3') + 4));
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    const [source] = held.json<{ targets: { app: { held: { kind: string; checksum: string }[] } } }>().targets
      .app.held;
    expect(source).toMatchObject({ kind: 'source', breaches: [{ rule: 'source.incomplete' }] });
    expect((await place.run('approve', 'app', source!.checksum)).code).toBe(0);
    await place.run('sync');
    expect(accounts(place.mock)).toEqual({ ...allOn, 'person5@example.com': true });
    expect(
      writes(place.mock, place.before)
        .map(({ method }) => method)
        .sort(),
    ).toEqual(['PATCH', 'POST']);
  });
});
