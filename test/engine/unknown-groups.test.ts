import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { wire } from '../../src/cli/engine.ts';
import { sync } from '../../src/engine/sync.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { approve as approveIn, heldKinds } from '../../src/store/approvals.ts';
import { openState } from '../../src/store/state.ts';
import { temporaryFolder } from '../support/folder.ts';
import { TOKEN, accounts, playService } from '../support/service.ts';
import { viewOf } from './company.ts';
import type { PlanView } from './company.ts';

const dn = (uid: string) => `uid=${uid},ou=people,dc=x`;
const person = (uid: string, title = 'Engineer', status = 'active') =>
  `dn: ${dn(uid)}\nobjectClass: person\nuid: ${uid}\ntitle: ${title}\nemployeeType: ${status}\n\n`;
const group = (cn: string, members: readonly string[], more = '') =>
  `dn: cn=${cn},ou=groups,dc=x\nobjectClass: groupOfNames\ncn: ${cn}\n${members.map((one) => `member: ${one}\n`).join('')}${more}\n`;
/** A value that is no base64. */
const broken = 'description:: =\n';

const configuration = (url: string, more: string) => `state: ./rollcall.db
source: { connector: ldif, path: ./people.ldif, key: "\${first(record.uid)}" }
identity:
  userName: \${first(record.uid)}
  title: \${first(record.title)}
  active: { from: "\${first(record.employeeType)}", on: [active], off: [left] }
groups:
  - records: \${"groupOfNames" in record.objectClass}
    name: \${record.cn[0]}
    members: \${get(record, "member")}
    match: \${record.dn}
targets:
  app: { connector: generic, baseUrl: "${url}", auth: { kind: bearer, token: { file: ./token } }${more} }
`;

/** Runs on a directory that is exported anew for each: what was planned, and who is in which group afterwards. */
async function opened(context: TestContext, more = '') {
  const folder = temporaryFolder(context);
  const mock = await playService(context);
  writeFileSync(join(folder, 'token'), TOKEN, { mode: 0o600 });
  writeFileSync(join(folder, 'rollcall.yaml'), configuration(mock.url, more));
  const warnings: string[] = [];
  const run = async (...entries: readonly string[]): Promise<PlanView> => {
    writeFileSync(join(folder, 'people.ldif'), entries.join(''));
    const options = { config: join(folder, 'rollcall.yaml'), color: false, logLevel: 'silent' } as const;
    const { engine } = await wire(options, true, ({ message }) => warnings.push(message));
    let view: PlanView | undefined;
    await sync(
      engine,
      {
        names: [],
        command: 'sync',
        actor: 'test',
        signal: new AbortController().signal,
        wait: 0,
        sleep: async () => undefined,
        random: () => 0,
        newPassword: () => '',
        onPlan: (planned) => (view = viewOf(planned)),
      },
      () => undefined,
    );
    return view!;
  };
  const members = () => {
    const names = new Map(mock.users().map(({ id, userName }) => [id, userName]));
    const groups = mock.groups() as unknown as readonly { displayName: string; members: readonly string[] }[];
    return Object.fromEntries(
      groups.map((one) => [one.displayName, one.members.map((id) => names.get(id)).sort()]),
    );
  };
  /** Lets everything through that the last run has held. */
  const approve = (): void => {
    const state = openState(join(folder, 'rollcall.db'), false);
    try {
      const { id, name } = targetRow(state, 'app')!;
      for (const { checksum } of heldKinds(state, id))
        approveIn(state, { target: id, name, checksum, actor: 'test', now: Date.now() });
    } finally {
      state.close();
    }
  };
  return { run, members, mock, warnings, approve };
}

test('who is in a group that cannot be read stays in it, and everything else goes on', async (context) => {
  const { run, members, mock, warnings } = await opened(context);
  const people = [person('ada'), person('bob'), person('eve')];
  const [a, outer, b] = [
    group('a', [dn('ada'), dn('bob')]),
    group('outer', ['cn=a,ou=groups,dc=x', dn('eve')]),
    group('b', [dn('ada'), dn('eve')]),
  ];
  await run(...people, a, outer, b);
  const whole = { a: ['ada', 'bob'], b: ['ada', 'eve'], outer: ['ada', 'bob', 'eve'] };
  expect(members()).toEqual(whole);

  const unread = group('a', [dn('eve')], broken);
  const other = [unread, group('outer', ['cn=a,ou=groups,dc=x']), group('b', [dn('bob')])];
  const view = await run(person('ada', 'Head'), person('bob'), person('eve', 'Engineer', 'left'), ...other);
  expect(view.held).toEqual([]);
  expect([...view.operations].sort()).toEqual([
    'deactivate eve',
    'memberAdd bob',
    'memberRemove ada',
    'memberRemove eve',
    'memberRemove eve',
    'update ada',
  ]);
  expect(view.notes).toEqual([
    expect.stringMatching(
      /^a: the group a: who is in it is unknown, and nobody is taken out of it: line \d+/,
    ),
    expect.stringMatching(/^outer: the group outer: .*: "a" is in it: line \d+/),
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(/^who is in the group "a" is unknown: line \d+: "description"/),
  ]);
  expect(members()).toEqual({ a: ['ada', 'bob'], b: ['bob'], outer: ['ada', 'bob'] });
  expect(accounts(mock)).toEqual({ ada: true, bob: true, eve: false });

  // What went unseen meanwhile is seen as soon as it can be read.
  const rest = [person('ada', 'Head'), person('bob'), person('eve', 'Engineer', 'left')];
  await run(
    ...rest,
    group('a', [dn('ada')]),
    group('outer', ['cn=a,ou=groups,dc=x']),
    group('b', [dn('bob')]),
  );
  expect(members()).toEqual({ a: ['ada'], b: ['bob'], outer: ['ada'] });
});

test('whoever is assigned by groups of which one cannot be read is left as they are; who left has left', async (context) => {
  const { run, mock } = await opened(context, `, assign: "\${'a' in groups}", groups: none`);
  const names = ['ada', 'bob', 'eve'];
  await run(...names.map((uid) => person(uid)), group('a', [dn('ada'), dn('bob')]));
  expect(accounts(mock)).toEqual({ ada: true, bob: true });
  const view = await run(
    person('ada'),
    person('bob', 'Engineer', 'left'),
    person('eve'),
    group('a', [dn('ada')], broken),
  );
  expect(view).toMatchObject({ held: [], operations: ['deactivate bob'] });
  expect(view.leftOut).toEqual({ ada: 'expression', eve: 'expression' });
  expect(accounts(mock)).toEqual({ ada: true, bob: false });
});

test('of a file that is cut between two lines of its last group, nobody is taken out of it: it no longer ends as it did', async (context) => {
  const { run, members } = await opened(context);
  const people = [person('ada'), person('bob'), person('eve')];
  const whole = group('a', [dn('ada'), dn('bob'), dn('eve')]);
  await run(...people, whole);
  const cut = whole.slice(0, whole.indexOf(`member: ${dn('eve')}`));
  const view = await run(...people, cut);
  expect(view.held).toContain('source');
  expect(members()).toEqual({ a: ['ada', 'bob', 'eve'] });
});

test('of a file that is cut before its groups, nobody is taken out of one or switched off, also where the read is approved', async (context) => {
  const { run, members, mock, approve } = await opened(
    context,
    `, assign: "\${'a' in groups || 'b' in groups}"`,
  );
  const people = [person('ada'), person('bob')];
  const a = group('a', [dn('ada'), 'cn=b,ou=groups,dc=x']);
  await run(...people, a, group('b', [dn('bob')]));
  const whole = { a: ['ada', 'bob'], b: ['bob'] };
  expect(members()).toEqual(whole);

  const cut = [...people, 'dn: cn=a,ou=gro'];
  const view = await run(...cut);
  expect(view).toMatchObject({ operations: [], leftOut: { ada: 'expression', bob: 'expression' } });
  approve();
  await run(...cut);
  // Of a group that was read, whoever was in one within it that was not.
  await run(...people, a, 'dn: cn=b,ou=gro');
  approve();
  await run(...people, a, 'dn: cn=b,ou=gro');
  expect(members()).toEqual(whole);
  expect(accounts(mock)).toEqual({ ada: true, bob: true });

  // Who left says so by the record itself.
  const left = await run(person('ada'), person('bob', 'Engineer', 'left'), 'dn: cn=a,ou=gro');
  expect(left.operations).toEqual(['deactivate bob', 'memberRemove bob', 'memberRemove bob']);
});
