import { describe, expect, it } from 'vitest';
import { load, problemsOf, shown } from './support.ts';

/** A JSON source with lists of groups, and what is written over them. */
const text = (groups: string, more = '') => `source:
  connector: json
  path: ./people.json
  key: \${record.id}
  groups: { ${groups} }${more}
identity: { userName: "\${record.id}", active: true }
targets: { app: { connector: plain, baseUrl: "https://app.example", auth: { kind: none } } }`;
const whole = `path: ./groups.json, name: "\${record.title}", match: "\${record.id}", members: { path: "./of-*.json", records: /all }`;

describe('lists of groups apart from the people', () => {
  it('are read from where they are, and sent', async () => {
    const { source, mapping, targets } = await load(text(`${whole}, expect: { noMore: /next }`));
    expect(source.groups).toMatchObject({
      list: { records: '', expect: { noMore: '/next' } },
      members: { records: '/all', expect: { noMore: '/next' }, mayBeEmpty: {} },
      nested: 'flatten',
    });
    expect(source.groups!.members.paths[0]).toMatch(/of-\*\.json$/);
    expect(mapping.groups).toMatchObject([{ kind: 'records', nested: 'flatten' }]);
    expect(targets[0]!.groups).toEqual({ onGone: 'empty', onLeave: 'remove' });
  });

  it.each<readonly [string, string, string]>([
    ['no name', text(whole.replace(/name: [^,]*, /, '')), 'source.groups.name: name is missing'],
    [
      'no lists of members',
      text(whole.replace(/, members.*/, '')),
      'source.groups.members: members is missing',
    ],
    [
      'one file for the members of all',
      text(whole.replace('of-*', 'of')),
      'source.groups.members.path: path has one * behind its last slash: it stands for the id of the group',
    ],
    [
      'changes alone',
      text(whole, '\n  mode: delta'),
      'source.groups: lists of groups are read with everybody, and a delta has only some of them',
    ],
    ['an expression that is none', text(whole.replace('title', '')), 'source.groups.name: '],
    ['a home folder', text(whole.replace('./groups', '~/groups')), 'source.groups.path: ~ stands for'],
  ])('cannot have %s', async (_, configuration, expected) => {
    const problems = (await problemsOf(configuration)).map(shown);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});
