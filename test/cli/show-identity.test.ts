import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';

function open(ending: Ending): Place {
  const place = openPlace(ending);
  // Nothing listens there: no target is asked.
  place.configure({ baseUrl: 'http://127.0.0.1:9/scim/v2' });
  place.people([
    ...people(2),
    person(3, { manager: 'P0001' }),
    person(4, { status: 'resting' }),
    person(5, { status: 'left' }),
    person(6, { email: 'PERSON1@example.com' }),
    person(7),
    person(7, { first: 'Other' }),
  ]);
  return place;
}

const show = ['plan', '--show', 'identity'] as const;

describe.concurrent('one person as the source has them', patient, () => {
  test('is shown attribute by attribute', async (context) => {
    const place = open(context);
    const { code, stdout, stderr } = await place.run(...show, 'P0003');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        '  people.csv:4  P0003  First3 Last3 <person3@example.com>  active',
        '        emails: "person3@example.com" (work, primary)',
        '        externalId: "P0003"',
        '        name.familyName: "Last3"',
        '        name.givenName: "First3"',
        '        department: "Engineering"',
        '        userName: "person3@example.com"',
        '        manager: "P0001"',
        '',
      ].join('\n'),
    );
    expect((await place.run(...show, 'P0005')).stdout).toMatch(/P0005 .* not active\n/);
    const told = await place.run(...show, 'P0003', '--json');
    expect(told.json()).toMatchObject({
      key: 'P0003',
      records: [
        { line: 4, identity: { key: 'P0003', active: true, manager: 'P0001', groups: [] }, key: 'P0003' },
      ],
    });
    expect(told.json()).not.toHaveProperty('error');
    expect([...place.files().keys()]).toEqual([]);
  });

  test.for<[string, RegExp, string]>([
    ['P0004', /^ {2}people\.csv:5 {2}P0004\n {8}rejected status: status "resting"/, 'status'],
    ['P0006', /^ {2}people\.csv:7 {2}P0006 .*\n {8}rejected duplicateUserName: /, 'duplicateUserName'],
    [
      'P0007',
      /people\.csv:8 [^]*rejected duplicateKey: [^]*people\.csv:9 [^]*rejected duplicateKey: /,
      'duplicateKey',
    ],
  ])('%s is rejected: exit code 1, and the rule', async ([key, words, rule], context) => {
    const place = open(context);
    const shown = await place.run(...show, key);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(words);
    const told = await place.run(...show, key, '--json');
    expect(told.code).toBe(1);
    expect(told.json()).toMatchObject({
      error: { code: 'source', message: expect.stringContaining(`${rule}: `) as string },
      records: expect.arrayContaining([
        expect.objectContaining({ rejection: expect.objectContaining({ rule }) as object }),
      ]) as object,
    });
  });

  test.for<[string[], string, RegExp]>([
    [['P9999'], 'notFound', /no record has the key "P9999"/],
    [['p0001'], 'notFound', /no record has the key "p0001"/],
    [[], 'usage', /takes one key/],
    [['P0001', 'app'], 'usage', /takes one key/],
    [['P0001', '--exit-code'], 'usage', /--exit-code is for a plan/],
    [['P0001', '--out', 'plan.ndjson'], 'usage', /--out is for a plan/],
  ])('%j is an error', async ([keys, code, words], context) => {
    const ended = await open(context).run(...show, ...keys, '--json');
    expect(ended.code).toBe(1);
    expect(ended.json()).toMatchObject({
      error: { code, message: expect.stringMatching(words) as string },
    });
  });
});
