import { ENTERPRISE } from '../../src/model/index.ts';
import type { Resource } from '../../src/model/index.ts';
import { exampleMapping, present, profileWith, template } from '../planning/example.ts';
import { openCompany, targetWith } from '../engine/company.ts';
import type { Company, Person } from '../engine/company.ts';

const person = (id: string, user: string, name: string, part: Person = {}): Person => ({
  id,
  user: `${user}@example.com`,
  name,
  status: 'active',
  ...part,
});

function attributesOf(record: Person): Resource {
  const { user = '', name = '', title, dept, home } = record;
  const [givenName = '', ...rest] = name.split(' ');
  return present({
    userName: user,
    name: present({ givenName, familyName: rest.join(' ') }),
    displayName: name,
    title,
    emails: [{ value: user, type: 'work', primary: true }, ...(home ? [{ value: home, type: 'home' }] : [])],
    ...(dept && { [ENTERPRISE]: { department: dept } }),
  });
}

const dayOne: readonly Person[] = [
  person('100', 'ada', 'Ada Lovelace', { title: 'Analyst', dept: 'Engines' }),
  person('101', 'grace', 'Grace Hopper', { dept: 'Compilers' }),
  person('102', 'alan', 'Alan Turing', { boss: '100' }),
  person('103', 'mary', 'Mary Jackson'),
  person('104', 'root', 'Katherine Johnson', { dept: 'Orbits' }),
  person('105', 'dorothy', 'Dorothy Vaughan', { status: 'left' }),
  person('106', 'annie', 'Annie Easley'),
];

const dayTwo: readonly Person[] = [
  person('100', 'ada', 'Ada King', { title: 'Countess', dept: 'Engines', home: 'ada@home.example' }),
  person('102', 'alan.turing', 'Alan Turing', { boss: '101' }),
  person('103', 'mary', 'Mary Jackson', { status: 'left' }),
  person('104', 'root', 'Katherine Johnson', { status: 'left', dept: 'Orbits' }),
  person('105', 'dorothy', 'Dorothy Vaughan', { boss: '107' }),
  person('106', 'annie', 'Annie Easley', { status: 'on a boat' }),
  person('107', 'radia', 'Radia Perlman', { boss: '107', dept: 'Bridges' }),
  person('108', 'sophie', 'Sophie, "Wilson" O’Neill', { boss: '999' }),
  person('109', '名前', '山田 太郎'),
  person('110', 'joan', 'Joan Clarke'),
  person('111', 'jean', 'Jean Bartik'),
  person('111', 'jean.b', 'Jean Bartik'),
];

/** A company on its second day: one of everything that a plan can show. */
export async function openStory(): Promise<Company> {
  const company = openCompany(dayOne, {
    mapping: { ...exampleMapping, attributes: template(({ record }) => attributesOf(record as Person)) },
    targets: [
      targetWith({
        profile: profileWith({ createOnly: ['userName'] }),
        baseUrl: 'https://app.example/scim/v2',
        limits: {
          link: { count: 0, floor: 0 },
          deactivate: { count: 1, percent: 10, floor: 0 },
        },
        mapping: { protect: template(({ record }) => record['dept'] === 'Orbits') },
      }),
      targetWith({
        name: 'watched',
        mode: 'observe',
        baseUrl: 'https://watched.example/scim',
        pace: { concurrency: 1, perSecond: 0.5 },
      }),
    ],
  });
  company.directory.add({ userName: 'joan@example.com', displayName: 'J. Clarke' });
  company.directory.add({ userName: 'radia.p@example.com', externalId: '107' });
  await company.sync();
  company.people = dayTwo;
  return company;
}
