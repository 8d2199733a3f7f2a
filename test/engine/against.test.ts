import { describe, expect, test } from 'vitest';
import type { Configuration, TargetConfiguration } from '../../src/model/index.ts';
import { planAgainst } from '../../src/engine/against.ts';
import type { Engine } from '../../src/engine/build.ts';
import { againstJson, againstText } from '../../src/reports/against.ts';
import { styleFor } from '../../src/reports/style.ts';
import { template } from '../planning/example.ts';
import { openCompany, reporting, targetWith, viewOf } from './company.ts';
import type { Company, Person } from './company.ts';

const withTargets = (
  company: Company,
  part: Partial<TargetConfiguration>,
  more: Partial<Configuration> = {},
) => ({
  ...company.configuration,
  ...more,
  targets: company.configuration.targets.map((target) => ({ ...target, digest: 'second', ...part })),
});

const assignedUnless = (...out: readonly string[]): Pick<TargetConfiguration, 'mapping'> => ({
  mapping: { assign: template(({ record }) => !out.includes((record as Person)['id']!)) },
});

/** What is left of the plan with a newer configuration, and what of the older one is not done any more. */
async function between(
  company: Company,
  newer: Configuration,
  older = company.configuration,
  names: string[] = [],
) {
  return planAgainst(
    { ...company.engine, configuration: newer },
    { ...company.engine, configuration: older },
    names,
    async (difference) => {
      const { run, before, withdrawn, gone } = difference;
      const options = { style: styleFor(false), people: 20, most: 20 };
      return {
        view: run.targets.length > 0 ? viewOf(run) : undefined,
        counts: run.targets.map(({ sealed }) =>
          sealed!.totals.map(({ kind, count }) => `${kind} ${count}`).join(),
        ),
        failures: run.targets.map(({ failure }) => failure?.message),
        withdrawn: [...withdrawn.values()].flatMap(({ index }) => viewOf(before, index).operations),
        gone,
        rejected: run.rejected,
        text: [...againstText(difference, options)].join('\n'),
        json: JSON.parse([...againstJson(difference)].join('')) as {
          against: object;
          targets: Record<string, { withdrawn: object[] }>;
        },
      };
    },
  );
}

async function synced(): Promise<Company> {
  const company = openCompany([reporting('ada'), reporting('bob', 'ada'), reporting('cy'), reporting('dan')]);
  await company.sync();
  // Tomorrow's file: one has left, one is new, one got a title.
  company.people = [
    reporting('ada', '', { title: 'Dr' }),
    reporting('bob', 'ada'),
    reporting('dan'),
    reporting('eve'),
  ];
  return company;
}

describe('a change of the configuration by itself', () => {
  test('is what the newer plan has and the older has not; nothing is written', async () => {
    const company = await synced();
    const sent = company.directory.log.length;
    const { view, counts, withdrawn, json, text } = await between(
      company,
      withTargets(company, assignedUnless('bob', 'eve')),
    );
    expect(view).toMatchObject({ operations: ['deactivate bob'], held: [] });
    expect(counts).toEqual(['deactivate 1']);
    expect(withdrawn).toEqual(['create eve']);
    expect(json).toMatchObject({
      against: { configuration: 'rollcall.yaml', gone: [] },
      targets: { app: { counts: { User: { deactivate: 1 } }, withdrawn: [{ key: 'eve', kind: 'create' }] } },
    });
    expect(text).toContain('app  no longer, of what rollcall.yaml would do: create 1');
    expect(company.directory.log).toHaveLength(sent);
    expect((await company.sync()).view.operations).toEqual(['deactivate cy', 'update ada', 'create eve']);
  });

  test('of none is nothing, also where a state has seen neither of the two', async () => {
    const company = await synced();
    const same = await between(company, company.configuration);
    expect([same.view!.operations, same.withdrawn]).toEqual([[], []]);
    const other = withTargets(company, {});
    const neither = await between(company, other, other);
    expect([neither.view!.operations, neither.withdrawn]).toEqual([[], []]);
  });

  test('shows what is done otherwise as what the newer one does, and holds what would be held', async () => {
    const company = await synced();
    const mapping = { map: template(({ record }) => ({ title: (record as Person)['title'] ?? 'none' })) };
    const limits = { update: { count: 2, floor: 0 }, deactivate: { count: 0, floor: 0 } };
    const { view, withdrawn } = await between(company, withTargets(company, { mapping, limits }));
    // Ada’s title is told by both; cy leaves anyway, and is held for that anyway.
    expect(view!.operations).toEqual(['update bob', 'update dan', 'create eve']);
    expect(view!.held).toEqual(['update']);
    expect(withdrawn).toEqual([]);
  });

  test('keeps to itself what both reject or leave out', async () => {
    const company = openCompany([reporting('ada'), reporting('bob', '', { status: 'odd' })]);
    await company.sync();
    const other = withTargets(company, {});
    expect(await between(company, other)).toMatchObject({ rejected: 0, view: { rejections: [] } });
    const { mapping } = company.configuration;
    const attributes = template(({ record }) => ({ userName: (record as Person)['title'] }));
    const rejects = { ...other, mapping: { ...mapping, attributes } };
    expect(await between(company, rejects)).toMatchObject({
      rejected: 1,
      view: { rejections: ['2 userName ada'] },
    });
  });

  test('knows a target by its former name, and says which are gone and which are new', async () => {
    const company = openCompany([reporting('ada')], {
      targets: [targetWith({ name: 'app' }), targetWith({ name: 'old', baseUrl: 'http://127.0.0.1/old' })],
    });
    await company.sync();
    company.directories = new Map([...company.directories, ['renamed', company.directory]]);
    const [app] = company.configuration.targets;
    const newer = { ...company.configuration, targets: [{ ...app!, name: 'renamed', renamedFrom: 'app' }] };
    const { view, gone, text } = await between(company, newer);
    expect(view!.operations).toEqual([]);
    expect(gone).toEqual(['old']);
    expect(text).toContain('1 target is not named any more: old');
    expect((await between(company, company.configuration, newer, ['old'])).view!.operations).toEqual([]);
  });

  test('of a target that cannot be asked is not known, and is said so', async () => {
    const company = openCompany([reporting('ada')]);
    company.directory.trouble = { class: 'target', code: 'unauthorised', message: 'no' };
    const { counts, failures, withdrawn } = await between(
      company,
      withTargets(company, assignedUnless('ada')),
    );
    expect([counts, failures, withdrawn]).toEqual([[''], ['no'], []]);
  });
});

describe('two configurations that cannot be compared', () => {
  const refusal = async (company: Company, newer: Configuration): Promise<string> =>
    between(company, newer).then(
      () => 'nothing',
      (error: Error) => error.message,
    );

  test('have another state or another key, and all of it is said', async () => {
    const company = await synced();
    const { mapping } = company.configuration;
    const key = { ...template(() => 'x'), text: '${record.mail}' };
    const message = await refusal(company, {
      ...company.configuration,
      state: '/other.db',
      mapping: { ...mapping, key },
    });
    expect(message).toMatch(
      /^the state is another: \/other\.db, and .*\nthe source's key is another: \$\{record\.mail\}, and /,
    );
  });

  test('read other people', async () => {
    const company = await synced();
    let reads = 0;
    const engine: Engine = {
      ...company.engine,
      openSource: (state, mark) => {
        if (reads++ > 0) company.people = [reporting('ada')];
        return company.engine.openSource(state, mark);
      },
    };
    await expect(planAgainst(engine, engine, [], async () => undefined)).rejects.toThrow(
      'people.csv changed between the two reads',
    );
  });
});
