import type { Recorded, ShownMail, ShownSession, ShownUser } from '../../src/mock/index.ts';
import type { Day } from '../../src/cli/demo/judge.ts';
import type { Row } from '../../src/cli/demo/rows.ts';
import type { Seen } from '../../src/cli/demo/seen.ts';
import type { Step } from '../../src/cli/demo/story.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const time = '2026-03-01T09:00:00.000Z';
const later = '2026-03-02T09:00:00.000Z';

export function row(key: string, changes: Partial<Row> = {}): Row {
  return {
    employee_id: key,
    status: 'active',
    first_name: 'Ada',
    last_name: `Of ${key}`,
    display_name: `Ada ${key}`,
    email: `${key.toLowerCase()}@example.com`,
    title: 'Engineer',
    department: 'Engineering',
    manager_id: '',
    phone: '',
    ...changes,
  };
}

/** The account of a row as the mock shows it; ids are `id-` and the key. */
export function user(from: Row, changes: Record<string, unknown> = {}): ShownUser {
  const key = from.employee_id;
  return {
    id: `id-${key}`,
    externalId: key,
    userName: from.email,
    active: true,
    name: { givenName: from.first_name, familyName: from.last_name },
    displayName: from.display_name,
    title: from.title,
    emails: [{ value: from.email, type: 'work', primary: true }],
    ...(from.phone !== '' && { phoneNumbers: [{ value: from.phone, type: 'work' }] }),
    [enterprise]: {
      department: from.department,
      ...(from.manager_id !== '' && { manager: { value: `id-${from.manager_id}` } }),
    },
    membership: 'member',
    invitation: null,
    passwordSet: false,
    meta: { created: time, lastModified: time },
    ...changes,
  };
}

export function mail(key: string, changes: Partial<ShownMail> = {}): ShownMail {
  const to = `${key.toLowerCase()}@example.com`;
  return {
    id: `mail-${key}`,
    to,
    subject: '',
    text: '',
    userId: `id-${key}`,
    invitationId: '',
    at: time,
    ...changes,
  };
}

export function session(key: string, changes: Partial<ShownSession> = {}): ShownSession {
  const userName = `${key.toLowerCase()}@example.com`;
  return {
    id: `s-${key}`,
    userId: `id-${key}`,
    userName,
    startedAt: time,
    endedAt: null,
    endedBecause: null,
    ...changes,
  };
}

export function post(key: string, status: number | null = 201): Recorded {
  return {
    number: 0,
    at: time,
    method: 'POST',
    path: '/scim/v2/Users',
    query: {},
    status,
    body: { externalId: key },
  };
}

export function patch(key: string, paths: readonly string[], changes: Partial<Recorded> = {}): Recorded {
  const body = { Operations: paths.map((path) => ({ op: 'replace', path })) };
  const path = `/scim/v2/Users/id-${key}`;
  return { number: 0, at: time, method: 'PATCH', path, query: {}, status: 200, body, ...changes };
}

/** Ann gets a title and a manager, Ben leaves, Cem is back, Dan is new, Eve's status is a riddle, Fay stays as she is. */
export const step: Step = {
  name: 'tuesday',
  file: 'tuesday.csv',
  created: ['DAN'],
  updated: [{ key: 'ANN', attributes: ['title', 'enterprise.manager'] }],
  deactivated: [{ key: 'BEN' }],
  reactivated: [{ key: 'CEM', attributes: [] }],
  rejected: [{ key: 'EVE' }],
  invitationsLeftOpen: [],
  holds: { accounts: 6, switchedOff: 1 },
};

const before: Seen = {
  users: [
    user(row('ANN')),
    user(row('BEN')),
    user(row('CEM'), { active: false }),
    user(row('EVE')),
    user(row('FAY', { phone: '+44 20 7946 0001' })),
  ],
  mails: ['ANN', 'BEN', 'CEM', 'EVE', 'FAY'].map((key) => mail(key)),
  sessions: ['ANN', 'BEN', 'EVE', 'FAY'].map((key) => session(key)),
  requests: ['ANN', 'BEN', 'CEM', 'EVE', 'FAY'].map((key) => post(key)),
};

const rows = [
  row('ANN', { title: 'Lead', manager_id: 'FAY' }),
  row('BEN', { status: 'left' }),
  row('CEM'),
  row('DAN'),
  row('EVE', { status: 'sabbatical', title: 'Lead' }),
  row('FAY', { phone: '+44 20 7946 0001' }),
];

const after: Seen = {
  users: [
    user(rows[0]!, { meta: { created: time, lastModified: later } }),
    user(row('BEN'), { active: false }),
    user(row('CEM')),
    user(rows[3]!),
    user(row('EVE')),
    user(rows[5]!),
  ],
  mails: [...before.mails, mail('DAN')],
  sessions: before.sessions.map((one) =>
    one.userId === 'id-BEN' ? { ...one, endedAt: later, endedBecause: 'deactivated' } : one,
  ),
  requests: [
    ...before.requests,
    patch('BEN', ['active']),
    patch('ANN', ['title', `${enterprise}:manager`]),
    patch('CEM', ['active']),
    post('DAN'),
  ],
};

/** A day that went as it is told. */
export const day: Day = {
  before,
  after,
  rows: new Map(rows.map((one) => [one.employee_id, one])),
  exitCode: 4,
  stderr: '',
};

/** The same day, with something else found after it. */
export function found(changes: Partial<Seen>): Day {
  return { ...day, after: { ...day.after, ...changes } };
}

/** The same day, with somebody's account changed, or gone where it is changed into nothing. */
export function withUser(key: string, change: (user: ShownUser) => ShownUser | undefined): Day {
  return found({
    users: after.users.flatMap((one) => (one.id === `id-${key}` ? (change(one) ?? []) : one)),
  });
}
