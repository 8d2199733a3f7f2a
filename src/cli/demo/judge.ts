import { canonical } from '../../model/index.ts';
import type { ShownUser } from '../../mock/index.ts';
import { contents } from './contents.ts';
import type { Row } from './rows.ts';
import { keyOf, keysOf, writesOf } from './seen.ts';
import type { Keys, Seen, Write } from './seen.ts';
import type { Step, Told } from './story.ts';

/** Something that must hold after a step. */
export interface Check {
  /** A stable word for scripts. */
  readonly name: string;
  readonly says: string;
  readonly ok: boolean;
  /** What is not as told, one sentence each. */
  readonly found: readonly string[];
}

/** One step as it went: what the mock held before and after, and how `rollcall sync` ended. */
export interface Day {
  readonly before: Seen;
  readonly after: Seen;
  /** Of the step's file, where it is to be believed. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly exitCode: number | null;
  /** What it said of trouble. */
  readonly stderr: string;
}

const meanings: Readonly<Record<number, string>> = {
  0: 'done',
  3: 'held',
  4: 'done, with something to look at',
};

/** Compares what the mock holds and saw with what the story tells of this step. Nothing that Rollcall counted has a say. */
export function judge(step: Step, day: Day): readonly Check[] {
  const keys = keysOf([...day.before.users, ...day.after.users]);
  const requests = day.after.requests.slice(day.before.requests.length);
  const { accounts, switchedOff } = step.holds;
  const off =
    switchedOff === 0 ? 'every account is on' : `${switchedOff} accounts are switched off, and no others`;
  return [
    ended(step, day),
    check('accounts', `Cosmo holds exactly the ${accounts} accounts of the story`, accountsOf(step, day)),
    ...asked(step, requests, keys),
    check('invitations', invited(step), invitationsOf(step, day, keys)),
    check('off', off, switchedOffOf(step, day)),
    check('sessions', signedOut(step), sessionsOf(step, day, keys)),
    ...(step.held
      ? []
      : [
          check(
            'contents',
            'every account holds what its row says',
            contents(step, day.after.users, day.rows),
          ),
        ]),
    ...(day.before.users.length === 0
      ? []
      : [check('rest', 'whoever has nothing to do with it is as before', untouched(step, day))]),
  ];
}

function ended(step: Step, { exitCode, stderr }: Day): Check {
  const code = step.held ? 3 : step.rejected.length > 0 ? 4 : 0;
  const trouble = stderr.trim().split('\n').filter(Boolean);
  const found = exitCode === code ? [] : [`it ended with ${exitCode ?? 'a signal'}`, ...trouble];
  return check('exit', `rollcall sync ended with exit code ${code}: ${meanings[code]}`, found);
}

/** Where there is nothing to do, nothing is asked; otherwise each request is one that was told of. */
function asked(step: Step, requests: Seen['requests'], keys: Keys): readonly Check[] {
  const changes = step.created.length + named(step).length;
  if (changes === 0) {
    const found = requests.map(({ method, path }) => `${method} ${path}`);
    return [check('requests', 'Cosmo got no request at all', found)];
  }
  const writes = writesOf(requests, keys);
  const says = `it was sent exactly one request for each of ${changes} changes`;
  return [
    check('requests', says, requestsOf(step, writes)),
    ...(named(step).length === 0
      ? []
      : [check('patches', 'each of them says what changed, and nothing else', patchesOf(step, writes))]),
  ];
}

function check(name: string, says: string, found: readonly string[]): Check {
  return { name, says, ok: found.length === 0, found };
}

function named(step: Step): readonly Told[] {
  return [...step.updated, ...step.deactivated, ...step.reactivated];
}

function accountsOf(step: Step, { before, after }: Day): readonly string[] {
  const expected = new Set([...before.users.map(keyOf), ...step.created]);
  const held = after.users.map(keyOf);
  const found = [
    ...[...expected].filter((key) => !held.includes(key)).map((key) => `${key} has no account`),
    ...held.filter((key) => !expected.has(key)).map((key) => `${key} has an account, and should not`),
    ...held.filter((key, at) => held.indexOf(key) !== at).map((key) => `${key} has more than one account`),
  ];
  const { accounts } = step.holds;
  return held.length === accounts ? found : [...found, `it holds ${held.length} of them`];
}

function sentence({ method, key, status }: Write): string {
  return `${method} for ${key}, answered ${status ?? 'never'}`;
}

/** One POST for each new person, one PATCH for everybody else who is told of, and all of them answered with yes. */
function requestsOf(step: Step, writes: readonly Write[]): readonly string[] {
  const told = [
    ...step.created.map((key) => ({ method: 'POST', key })),
    ...named(step).map(({ key }) => ({ method: 'PATCH', key })),
  ];
  const has = (one: { method: string; key: string }) => (other: { method: string; key: string }) =>
    other.method === one.method && other.key === one.key;
  const wrong = told.flatMap((one) => {
    const number = writes.filter(has(one)).length;
    return number === 1 ? [] : [`${number} times ${one.method} for ${one.key}, and not once`];
  });
  const untold = writes.filter((write) => !told.some(has(write)));
  const refused = writes.filter(({ status }) => status === null || status < 200 || status > 299);
  return [...wrong, ...untold.map((write) => `nobody told of ${sentence(write)}`), ...refused.map(sentence)];
}

function patchesOf(step: Step, writes: readonly Write[]): readonly string[] {
  const expected = [
    ...step.updated.map(({ key, attributes = [] }) => ({ key, attributes })),
    ...step.deactivated.map(({ key }) => ({ key, attributes: ['active'] })),
    ...step.reactivated.map(({ key, attributes = [] }) => ({ key, attributes: ['active', ...attributes] })),
  ];
  return expected.flatMap(({ key, attributes }) => {
    const sent = writes.filter((write) => write.method === 'PATCH' && write.key === key);
    const [wanted, got] = [attributes, sent.flatMap((write) => write.attributes)].map((list) =>
      [...list].sort().join(', '),
    );
    return wanted === got ? [] : [`${key}: ${got || 'nothing'} was changed, and told of is ${wanted}`];
  });
}

function invited({ created }: Step): string {
  if (created.length === 0) return 'nobody got an e-mail';
  return `${created.length} invitations are in the mailbox, one to each new address`;
}

function invitationsOf(step: Step, { before, after, rows }: Day, keys: Keys): readonly string[] {
  const mails = after.mails
    .slice(before.mails.length)
    .map(({ to, userId }) => ({ to, key: keys.get(userId)! }));
  const wrong = step.created.flatMap((key) => {
    const own = mails.filter((mail) => mail.key === key);
    if (own.length !== 1) return [`${key} got ${own.length} e-mails, and not one`];
    const to = rows.get(key)?.email;
    return own[0]!.to === to ? [] : [`the e-mail for ${key} went to ${own[0]!.to}, and not to ${to}`];
  });
  const untold = mails.filter(({ key }) => !step.created.includes(key));
  const left = after.users.filter(
    (user) => user.invitation?.state === 'pending' && step.deactivated.some(({ key }) => key === keyOf(user)),
  );
  return [
    ...wrong,
    ...untold.map(({ key, to }) => `nobody told of an e-mail to ${to} (${key})`),
    ...left.map((user) => `${keyOf(user)} has left, and can still accept an invitation`),
  ];
}

function signedOut({ deactivated }: Step): string {
  return deactivated.length === 0 ? 'nobody was signed out' : 'whoever was switched off is signed out';
}

/** Sessions end with the account, and only with it. */
function sessionsOf(step: Step, { before, after }: Day, keys: Keys): readonly string[] {
  const open = new Set(before.sessions.filter(({ endedAt }) => endedAt === null).map(({ id }) => id));
  return after.sessions.flatMap(({ id, userId, endedAt }) => {
    const key = keys.get(userId)!;
    const left = step.deactivated.some((told) => told.key === key);
    if (left && endedAt === null) return [`${key} is still signed in`];
    return !left && endedAt !== null && open.has(id) ? [`${key} was signed out`] : [];
  });
}

function switchedOffOf(step: Step, { before, after }: Day): readonly string[] {
  const expected = new Set(before.users.filter(isOff).map(keyOf));
  for (const { key } of step.deactivated) expected.add(key);
  for (const { key } of step.reactivated) expected.delete(key);
  const found = after.users.flatMap((user) => {
    const key = keyOf(user);
    if (isOff(user) === expected.has(key)) return [];
    return [isOff(user) ? `${key} is switched off, and should not be` : `${key} is still on`];
  });
  const number = after.users.filter(isOff).length;
  return number === step.holds.switchedOff ? found : [...found, `${number} accounts are switched off`];
}

function isOff(user: ShownUser): boolean {
  return user['active'] !== true;
}

/** The whole account, its times of change and its invitation among it. */
function untouched(step: Step, { before, after }: Day): readonly string[] {
  const touched = new Set([...step.created, ...named(step).map(({ key }) => key)]);
  const now = new Map(after.users.map((user) => [user.id, user]));
  return before.users
    .filter((user) => !touched.has(keyOf(user)))
    .filter((user) => text(user) !== text(now.get(user.id)))
    .map((user) => `${keyOf(user)} is not as before`);
}

function text(user: ShownUser | undefined): string {
  return canonical(user as Parameters<typeof canonical>[0]);
}
