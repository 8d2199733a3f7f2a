import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';

interface Document {
  readonly error?: object;
  readonly source: {
    readonly rejected: number;
    readonly rules: object;
    readonly rejections: readonly object[];
  };
}

const on = people(60);
const unknown = (count: number) =>
  on.map((one, index) => (index < count ? { ...one, status: 'resting' } : one));

describe.concurrent('a check of the people', patient, () => {
  test('is not ok where more are rejected than the limit of the source, and counts them by rule', async (context) => {
    const place = await openPlaceWithService(context);
    place.people([...unknown(30), { ...on[40]!, first: 'Twice' }]);
    const shown = await place.run('check', '--offline');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(/^not ok source {2}people\.csv: 61 records/m);
    expect(shown.stdout).toMatch(/ {2}! 32 of 61 records were rejected: 52\.5 %, and the limit is 10 %\n/);
    expect(shown.stdout).toMatch(/ {2}32 records rejected \(status 30, duplicateKey 2\):\n/);
    expect(shown.stdout.match(/^ {4}people\.csv:/gm)).toHaveLength(20);
    expect(shown.stdout).toContain('… and 12 more (--all shows them)');

    const all = await place.run('check', '--offline', '--all');
    expect(all.stdout.match(/^ {4}people\.csv:/gm)).toHaveLength(32);
    const document = (await place.run('check', '--json')).json<Document>();
    expect(document).toMatchObject({
      error: { code: 'source', message: expect.stringMatching(/^32 of 61 records/) as string },
      source: { rejected: 32, rules: { status: 30, duplicateKey: 2 } },
    });
    expect(document.source.rejections).toHaveLength(32);
  });

  test('is not ok where most of a few are rejected, which no limit looks at', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(unknown(3).slice(0, 5));
    const most = await place.run('check');
    expect(most.code).toBe(1);
    expect(most.stdout).toMatch(
      / {2}! 3 of 5 records were rejected: the configuration does not fit this file\n/,
    );
    place.people(unknown(3).slice(0, 6));
    const half = await place.run('check');
    expect(half).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok source/m) as string });
  });
});
