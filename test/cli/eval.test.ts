import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';

function open(ending: Ending): Place {
  const place = openPlace(ending);
  place.configure({ baseUrl: 'http://127.0.0.1:9/scim/v2' });
  place.people([
    ...people(3),
    person(4, { status: 'resting' }),
    person(5, { status: 'left', email: '' }),
    person(6, { first: 'One' }),
    person(6, { first: 'Other' }),
  ]);
  return place;
}

describe.concurrent('an expression on a record', patient, () => {
  test('gives what the mapping would get, with its type', async (context) => {
    const place = open(context);
    const values: readonly [string, string][] = [
      ['upper(record.email)', '"PERSON1@EXAMPLE.COM"'],
      ['${record.first} ${record.last}', '"First1 Last1"'],
      ['size(record.first) > 2 && identity.active', 'true'],
      ['identity.name', '{\n  "familyName": "Last1",\n  "givenName": "First1"\n}'],
      ['groups', '[]'],
      ['none()', '(absent)'],
      ['ascii("Žofie") + \'}\'', '"Zofie}"'],
    ];
    for (const [expression, value] of values) {
      const shown = await place.run('eval', expression, '--record', 'P0001');
      expect(shown, expression).toMatchObject({ code: 0, stdout: `${value}\n`, stderr: '' });
    }
    const told = await place.run('eval', 'none()', '--record', 'P0001', '--json');
    expect(told.json()).toEqual({
      expression: 'none()',
      key: 'P0001',
      results: [{ file: place.path('people.csv'), line: 2, value: null }],
    });
  });

  test('looks at each record of a key, and at a record that is rejected', async (context) => {
    const place = open(context);
    const twice = await place.run('eval', 'record.first', '--record', 'P0006');
    expect(twice).toMatchObject({ code: 0, stdout: 'people.csv:7:\n"One"\npeople.csv:8:\n"Other"\n' });
    const raw = await place.run('eval', 'record.status', '--record', 'P0004');
    expect(raw).toMatchObject({ code: 0, stdout: '"resting"\n' });
    const none = await place.run('eval', 'identity.userName', '--record', 'P0004', '--json');
    expect(none.code).toBe(1);
    expect(none.json()).toMatchObject({
      error: { code: 'source', locus: { line: 5 } },
      results: [{ error: expect.stringMatching(/^the record is rejected.*status "resting"/) as string }],
    });
  });

  test.for<[string[], RegExp]>([
    [['record.first}', '--record', 'P0001'], /a \} too many/],
    [['upper(record.first', '--record', 'P0001'], /expected \)[^]*\n +\^\n/],
    [
      ['record.frist', '--record', 'P0001'],
      /^error: the expression: .*no column "frist"\n.*did you mean "first"/,
    ],
    [['uper(record.first)', '--record', 'P0001'], /there is no function uper[^]*did you mean upper/],
    [['ref(record.first)', '--record', 'P0001'], /only enterprise\.manager holds one/],
    [['int(record.first)', '--record', 'P0001'], /^error: \S*people\.csv:2: .*cannot be turned into an int/],
    [['record.first', '--record', 'P9999'], /^error: \S*people\.csv: no record has the key "P9999"/],
    [['record.first'], /--record <key>/],
    [['', '--record', 'P0001'], /there is no expression/],
  ])('%j is an error', async ([args, words], context) => {
    const place = open(context);
    const { code, stdout, stderr } = await place.run('eval', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
  });
});
