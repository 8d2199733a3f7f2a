import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, writes } from '../support/service.ts';

const root = join(import.meta.dirname, '../..');

/** The block of YAML below a heading of a document. */
function example(document: string, heading: string): string {
  const text = readFileSync(join(root, document), 'utf8');
  return /```yaml\n([\s\S]*?)```/.exec(text.slice(text.indexOf(`# ${heading}\n`)))![1]!;
}

test(
  'a connector as CONTRIBUTING shows one: a plan of another profile is not carried out, and afterwards nothing is left to do',
  patient,
  async (context) => {
    const place = await openPlaceWithService(context, { connector: './connectors/helpdesk.yaml' });
    mkdirSync(place.path('connectors'));
    const helpdesk = example('CONTRIBUTING.md', 'A connector of your own');
    place.write('connectors/helpdesk.yaml', helpdesk);
    place.people(people(3));
    expect(await place.run('plan', '--out', 'plan.ndjson')).toMatchObject({ code: 0 });

    place.write('connectors/helpdesk.yaml', helpdesk.replace('method: put', 'method: patch'));
    const refused = await place.run('sync', '--plan', 'plan.ndjson');
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('app: the profile of helpdesk is another one') as string,
    });
    expect(writes(place.mock)).toEqual([]);

    place.write('connectors/helpdesk.yaml', helpdesk);
    expect(await place.run('sync', '--plan', 'plan.ndjson')).toMatchObject({ code: 0 });
    expect(Object.keys(accounts(place.mock))).toHaveLength(3);
    place.people(people(3).map((one) => ({ ...one, last: `${one.last}s` })));
    await place.settle();
    expect(
      writes(place.mock, 0)
        .map(({ method }) => method)
        .slice(-3),
    ).toEqual(['PUT', 'PUT', 'PUT']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  },
);

test(
  'one in TypeScript is run by the program as it is installed, and what is wrong with it is said',
  patient,
  async (context) => {
    const place = await openPlaceWithService(context, { connector: './helpdesk.ts' });
    place.people(people(2));
    place.write(
      'helpdesk.ts',
      `const most: number = 1;\nexport default { title: 'Helpdesk', users: { maxValues: { emails: most } } };\n`,
    );
    expect(await place.run('reconcile')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('app') as string,
    });
    place.write('helpdesk.ts', `export default { users: { maxValues: { emails: 0 } }, close: () => 1 };\n`);
    const refused = await place.run('check', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'configuration',
        message: 'close is a function, and a profile is text, numbers, true, false, lists and maps',
        locus: { file: 'helpdesk.ts', path: 'close' },
      },
    });
  },
);

test('the one in README is a whole one', async (context) => {
  const place = await openPlaceWithService(context, { connector: './helpdesk.yaml' });
  place.write('helpdesk.yaml', example('README.md', 'A connector of your own'));
  place.people(people(1));
  await place.settle();
  expect(Object.values(accounts(place.mock))).toEqual([true]);
});
