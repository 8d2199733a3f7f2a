import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { link } from '../../src/engine/link.ts';
import type { Linked } from '../../src/engine/link.ts';
import { unlink } from '../../src/engine/unlink.ts';
import { openKeyedTexts } from '../../src/store/keyed.ts';
import { openState } from '../../src/store/state.ts';
import { openCompany, reporting } from './company.ts';
import type { Company } from './company.ts';

const who = { command: 'link', actor: 'test' };

/** ada and bob have accounts; cy and di do not, and there are two accounts that nobody has. */
async function populated() {
  const limits = { create: { count: 0, floor: 0 }, link: { count: 0, floor: 0 } };
  const company = openCompany([reporting('ada'), reporting('bob')]);
  await company.sync();
  const [target] = company.configuration.targets;
  company.configuration = { ...company.configuration, targets: [{ ...target!, limits }] };
  const first = company.directory.add({ userName: 'first', title: 'Old' });
  const second = company.directory.add({ userName: 'second', active: false });
  company.people = [...company.people, reporting('cy', 'ada', { title: 'Dr' }), reporting('di')];
  await company.sync();
  const linked = [...company.directory.accounts].find(([, { userName }]) => userName === 'ada')![0];
  return { company, first, second, linked };
}

/** Each decision as `TARGET KEY ID`, on lines from 2 on. */
async function decide(company: Company, ...lines: readonly string[]): Promise<Linked> {
  const resources = openKeyedTexts();
  const decisions = lines.map((line, index) => {
    const [target, key, remoteId] = line.split(' ') as [string, string, string];
    return { target, key, remoteId, locus: { file: 'm.csv', line: index + 2 } };
  });
  try {
    return await link(company.engine, decisions, who, resources);
  } finally {
    resources.close();
  }
}

const rows = (company: Company, sql: string): unknown[] => {
  const state = openState(company.configuration.state, false);
  try {
    return state.db.prepare(sql).all();
  } finally {
    state.close();
  }
};

const adopted = `SELECT key, remote_id AS id FROM account JOIN person ON person.id = person WHERE origin = 'adopted' ORDER BY key`;

describe('linking by somebody’s word', () => {
  test('confirms what the accounts hold, and the next plan sees what differs', async () => {
    const { company, first, second } = await populated();
    expect(await decide(company, `app cy ${first}`, `app di ${second}`)).toEqual({ linked: 2, already: 0 });
    expect(rows(company, adopted)).toEqual([
      { key: 'cy', id: first },
      { key: 'di', id: second },
    ]);
    const trail = rows(company, `SELECT detail FROM audit WHERE event = 'account.linked' ORDER BY key`);
    expect(trail.map((row) => JSON.parse((row as { detail: string }).detail) as unknown)).toMatchObject([
      { actor: 'test', remoteId: first, after: { userName: 'first' } },
      { actor: 'test', remoteId: second, after: { active: false } },
    ]);
    expect([...(await company.sync()).view.operations].sort()).toEqual(['reactivate di', 'update cy']);
    expect(company.directory.content()).toMatchObject({
      cy: { title: 'Dr', manager: 'ada' },
      di: { active: true },
    });
    expect((await company.sync()).view).toMatchObject({ operations: [], leftOut: {}, held: [] });
    expect(await decide(company, `app cy ${first}`)).toEqual({ linked: 0, already: 1 });
  });

  test('counts once what two lines say of the same two', async () => {
    const { company, first } = await populated();
    const twice = [`app cy ${first}`, `app cy ${first}`] as const;
    expect(await decide(company, ...twice)).toEqual({ linked: 1, already: 0 });
    expect(await decide(company, ...twice)).toEqual({ linked: 0, already: 1 });
  });

  test('is for all lines or for none, and names each that cannot be', async () => {
    const { company, first, second, linked } = await populated();
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['elsewhere di x'], 'there is no target "elsewhere"'],
      [[`app nobody ${second}`], 'nobody has the key nobody'],
      [['app di no-such-id'], 'there is no account no-such-id on app'],
      [[`app di ${linked}`], `the account ${linked} is that of ada`],
      [[`app ada ${second}`], `ada has the account ${linked} on app`],
      [[`app cy ${second}`], 'another line says so of the same person or account: m.csv:2'],
      [[`app di ${first}`], 'another line says so of the same person or account: m.csv:2'],
      [['app di one', 'app nobody two'], 'nobody has the key nobody'],
    ];
    for (const [lines, message] of wrong) {
      const error = await decide(company, `app cy ${first}`, ...lines).catch((one: unknown) => one);
      expect(error).toBeInstanceOf(RollcallError);
      const { code, problems } = error as RollcallError;
      expect([lines, code, problems[0]?.message, problems[0]?.locus?.line]).toEqual([
        lines,
        'usage',
        message,
        lines.length + 2,
      ]);
      expect(problems.at(-1)!.message).toMatch(/nobody was linked/);
    }
    expect(rows(company, adopted)).toEqual([]);
  });

  test('names the accounts that are not there in the order of their lines', async () => {
    const { company } = await populated();
    await expect(decide(company, 'app cy one', 'app di two')).rejects.toMatchObject({
      problems: [{ locus: { line: 2 } }, { locus: { line: 3 } }, {}],
    });
  });

  test('of a target that cannot be asked is an error of that target', async () => {
    const { company, first } = await populated();
    company.directory.trouble = { class: 'target', code: 'unauthorised', message: 'no' };
    await expect(decide(company, `app cy ${first}`)).rejects.toMatchObject({ code: 'unauthorised' });
    expect(rows(company, adopted)).toEqual([]);
  });

  test('before the first sync is refused: nobody is known', async () => {
    await expect(decide(openCompany([reporting('ada')]), 'app ada x')).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

describe('unlinking', () => {
  test('leaves the account, and has whoever refers to the person looked at', async () => {
    const company = openCompany([reporting('ada'), reporting('bob', 'ada')]);
    await company.sync();
    const before = company.directory.log.length;
    expect(unlink(company.engine, 'app', 'ada', who)).toMatchObject({ isActive: true });
    expect(company.directory.log).toHaveLength(before);
    expect(rows(company, `SELECT key, event FROM audit WHERE event = 'account.unlinked'`)).toHaveLength(1);
    const [target] = company.configuration.targets;
    company.configuration = {
      ...company.configuration,
      targets: [{ ...target!, limits: { link: { count: 0, floor: 0 } } }],
    };
    expect((await company.sync()).view).toMatchObject({ held: ['link'] });
  });

  test('is refused for whom it cannot be', () => {
    const company = openCompany([reporting('ada')]);
    expect(() => unlink(company.engine, 'app', 'ada', who)).toThrow('ada has no account on app');
    expect(() => unlink(company.engine, 'other', 'ada', who)).toThrow('there is no target "other"');
  });
});
