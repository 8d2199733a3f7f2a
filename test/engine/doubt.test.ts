import { describe, expect, test } from 'vitest';
import { EvaluationError, TargetError } from '../../src/model/index.ts';
import type { Failure, TargetConfiguration } from '../../src/model/index.ts';
import { exampleMapping, exampleProfile, present, template } from '../planning/example.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });
const lost: Failure = { class: 'unanswered', code: 'unreachable', message: 'no answer' };
const unreadable: Failure = { class: 'invalid', code: 'invalid', message: 'this one cannot be read' };

/** Ids and names that nobody can ask about for now; whoever does is told that they alone cannot be read. */
function hiding(company: Company): Set<string> {
  const hidden = new Set<string>();
  const openTarget = company.engine.openTarget.bind(company.engine);
  const unless = <T>(what: string, answer: () => T): T => {
    if (hidden.has(what)) throw new TargetError(unreadable);
    return answer();
  };
  company.engine.openTarget = (...of) => {
    const remote = openTarget(...of);
    return {
      ...remote,
      read: async (id) => unless(id, () => remote.read(id)),
      find: async (attribute, value) => unless(value, () => remote.find(attribute, value)),
    };
  };
  return hidden;
}

describe('whose switching off has no answer, and whose account cannot be read,', () => {
  /** Bob has left, and nobody knows whether he is off. */
  async function doubted(target: Partial<TargetConfiguration> = {}) {
    const company = openCompany([person('ada'), person('bob')], { target });
    const hidden = hiding(company);
    await company.sync();
    const [id] = [...company.directory.accounts].find(([, { userName }]) => userName === 'bob')!;
    hidden.add(id);
    company.directory.before = (_, name) => (name === 'bob' ? { kind: 'failed', failure: lost } : undefined);
    company.people = [person('ada'), person('bob', { status: 'left' })];
    expect((await company.sync()).result.waiting).toBe(1);
    const answersAgain = (): void => {
      hidden.clear();
      company.directory.before = () => undefined;
      company.directory.log.length = 0;
    };
    return { company, answersAgain };
  }
  const bob = (company: Company) => company.directory.content()['bob'];

  test.each([
    ['who is active by another', person('bob')],
    ['of whom another says nothing', person('bob', { defect: 'ragged' })],
  ])('is not switched off by one of several records %s', async (_, other) => {
    const { company } = await doubted();
    company.directory.before = () => undefined;
    company.people = [...company.people, other];
    await company.sync();
    expect(bob(company)).toMatchObject({ active: true });
  });

  test('and who is only out of scope by now, is not deleted by what was begun when they had left', async () => {
    const assign = template(({ record }) => record['dept'] !== 'out');
    const limits = { delete: { count: 9, floor: 9 } };
    const { company, answersAgain } = await doubted({
      onLeave: 'delete',
      onOutOfScope: 'deactivate',
      limits,
      mapping: { assign },
    });
    company.people = [person('ada'), person('bob', { dept: 'out' })];
    await company.sync();
    answersAgain();
    company.people = [person('ada')];
    company.receipt = { complete: false, reasons: ['cut'] };
    await company.sync();
    expect(bob(company)).toBeDefined();
    company.people = [person('ada'), person('bob', { dept: 'out' })];
    company.receipt = {};
    await company.sync();
    expect(bob(company)).toMatchObject({ active: false });
  });

  test('and who is active, and of whom `assign` cannot be evaluated, stays as they are', async () => {
    const assign = template(({ record }) => {
      if (record['dept'] === 'odd') throw new EvaluationError('there is no such department');
      return true;
    });
    const { company, answersAgain } = await doubted({ mapping: { assign } });
    company.people = [person('ada'), person('bob', { dept: 'odd' })];
    expect((await company.sync()).view.leftOut).toEqual({ bob: 'inDoubt' });
    answersAgain();
    company.people = [person('ada')];
    company.receipt = { complete: false, reasons: ['cut'] };
    await company.sync();
    expect(bob(company)).toMatchObject({ active: true });
  });

  test('and who leaves, is switched off as soon as that can be told', async () => {
    const { company, answersAgain } = await doubted();
    await company.sync();
    answersAgain();
    await company.sync();
    expect(bob(company)).toMatchObject({ active: false });
  });
});

describe('the account of somebody whose create has no answer', () => {
  const attributes = template(({ record }) => {
    const { user = '', mail, home } = record as Person;
    const second = home === undefined ? [] : [{ value: home }];
    const emails = mail === undefined ? [] : [{ value: mail, primary: true }, ...second];
    return present({ userName: user, ...(emails.length > 0 && { emails }) });
  });

  /** Yan is created, without a word of it, and cannot be looked up. */
  async function created(yan: Person) {
    const company = openCompany([person('ada')], {
      mapping: { ...exampleMapping, attributes },
      target: { profile: exampleProfile, limits: { link: { count: 9, floor: 9 } } },
    });
    const hidden = hiding(company);
    await company.sync();
    company.people = [person('ada'), yan, person('bob'), person('cid')];
    company.directory.before = ({ method, body }, name) => {
      if (name !== yan['user'] || method !== 'POST') return undefined;
      for (const one of [yan['id'], yan['user'], yan['mail']]) if (one !== undefined) hidden.add(one);
      const { externalId: _, ...rest } = body!;
      company.directory.add(rest);
      return { kind: 'failed', failure: lost };
    };
    expect((await company.sync()).result.waiting).toBe(1);
    const answersAgain = (): void => {
      hidden.clear();
      company.directory.before = () => undefined;
    };
    return { company, answersAgain };
  }

  test.each([
    ['name', person('yan', { user: 'sam' }), person('xia', { user: 'sam' })],
    [
      'second address',
      person('yan', { mail: 'yan@x.example', home: 'home@x.example' }),
      person('xia', { mail: 'home@x.example' }),
    ],
  ])('is nobody else’s who has the same %s', async (_, yan, xia) => {
    const { company, answersAgain } = await created(yan);
    const left = { ...yan, status: 'left' };
    company.people = [person('ada'), left, person('bob'), person('cid'), xia, person('dan')];
    expect((await company.sync()).view.leftOut).toMatchObject({ xia: 'inDoubt', yan: 'inDoubt' });
    answersAgain();
    const { view } = await company.sync();
    // By now it is known whose it is; whether xia is yan under another key, a person has to say (rule 12).
    expect(view.leftOut).toMatchObject({ xia: 'rekey', yan: 'rekey' });
  });

  test('is no reason to wait for whoever has one by externalId', async () => {
    const { company } = await created(person('yan', { user: 'sam' }));
    company.directory.add({ userName: 'old', externalId: 'xia' });
    const left = person('yan', { user: 'sam', status: 'left' });
    company.people = [
      person('ada'),
      left,
      person('bob'),
      person('cid'),
      person('xia', { user: 'sam' }),
      person('dan'),
    ];
    const { view } = await company.sync();
    expect(view.leftOut).not.toHaveProperty('xia', 'inDoubt');
  });
});
