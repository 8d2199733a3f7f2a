import type { NameRule, Profile, RequestKind } from '../model/index.ts';
import { markdownTable } from './markdown.ts';

/** What can be done with a target, in the order in which somebody asks. Plain data, for a script; the tables are made of it. */
export interface Capabilities {
  readonly title: string;
  readonly users: {
    readonly create: 'yes' | 'invitation';
    readonly createSwitchedOff: boolean;
    /** How a change of a person is sent. */
    readonly update: 'PATCH' | 'PUT';
    readonly deactivate: 'yes' | 'losesAccount';
    /** Whether the account that was switched off is the one that is switched on again. */
    readonly reactivate: 'yes' | 'newAccount';
    readonly delete: boolean;
    readonly required: readonly string[];
    readonly createOnly: readonly string[];
    /** By what an account that exists is recognised, best first. */
    readonly matching: readonly string[];
    readonly password: Profile['users']['password'];
    readonly attributes: readonly string[];
    readonly maxValues: Readonly<Record<string, number>>;
    /** Whether the service makes a name of its own out of `userName`, and holds it beside that or in its place. */
    readonly ownName?: 'beside' | 'inPlace';
  };
  readonly groups?: {
    readonly create: boolean;
    readonly rename: boolean;
    readonly delete: boolean;
    readonly membersAdd: boolean;
    readonly membersRemove: boolean;
    /** Whether a group may be a member of a group. */
    readonly nested: boolean;
    /** The same of the name of a group. */
    readonly ownName?: 'beside' | 'inPlace';
    /** The most that one request adds or removes. */
    readonly membersPerRequest: number;
    readonly matching: readonly string[];
  };
  readonly paging: Profile['list']['paging'];
  readonly pageSize: number;
  readonly provesAbsence: boolean;
  readonly limits: Profile['pace'];
  readonly discovery: boolean;
  /** Of a configuration: which of them a service takes, its own pages say. */
  readonly authentication: readonly string[];
  /** Where it is documented, by what it is about; `*` for all else. */
  readonly sources: Readonly<Record<string, string>>;
}

/** What `auth.kind` may be, for every target. */
const authentication = ['bearer', 'basic', 'header', 'oauth2'] as const;

/** Whatever a profile does not say is “no” (law 4). */
export function capabilitiesOf(profile: Profile): Capabilities {
  const { users, create, update, deactivate, groups, list } = profile;
  return {
    title: profile.title,
    users: {
      create: create.invites ? 'invitation' : 'yes',
      createSwitchedOff: create.inactive,
      update: update.method === 'put' ? 'PUT' : 'PATCH',
      deactivate: deactivate.idSurvives ? 'yes' : 'losesAccount',
      reactivate: deactivate.idSurvives ? 'yes' : 'newAccount',
      delete: profile.delete,
      required: users.required,
      createOnly: users.createOnly,
      matching: users.match,
      password: users.password,
      attributes: users.writable,
      maxValues: users.maxValues,
      ...ownNameOf(users.login),
    },
    ...(groups.supported && {
      groups: {
        create: groups.create,
        rename: groups.rename,
        delete: groups.delete,
        membersAdd: true,
        membersRemove: true,
        nested: groups.members.nested === true,
        ...ownNameOf(groups.slug),
        membersPerRequest: groups.members.perRequest,
        matching: groups.match,
      },
    }),
    paging: list.paging,
    pageSize: list.pageSize,
    provesAbsence: list.provesAbsence,
    limits: profile.pace,
    discovery: profile.discovery,
    authentication,
    sources: profile.sources ?? {},
  };
}

function ownNameOf(rule: NameRule | undefined): { readonly ownName?: 'beside' | 'inPlace' } {
  return rule === undefined ? {} : { ownName: rule.kept === true ? 'inPlace' : 'beside' };
}

interface Column {
  readonly head: string;
  readonly of: (capabilities: Capabilities) => string;
}

const yes = (is: boolean | undefined): string => (is === true ? 'yes' : 'no');

const people: readonly Column[] = [
  { head: 'service', of: ({ title }) => title },
  { head: 'create', of: ({ users }) => (users.create === 'yes' ? 'yes' : 'by invitation') },
  { head: 'switched off', of: ({ users }) => yes(users.createSwitchedOff) },
  { head: 'update', of: ({ users }) => users.update },
  { head: 'deactivate', of: ({ users }) => (users.deactivate === 'yes' ? 'yes' : 'loses the account') },
  { head: 'reactivate', of: ({ users }) => (users.reactivate === 'yes' ? 'yes' : 'as a new account') },
  { head: 'delete', of: ({ users }) => (users.delete ? 'on request' : 'no') },
  { head: 'needs', of: ({ users }) => paths(users.required) },
  { head: 'cannot follow', of: ({ users }) => paths(users.createOnly) },
];

const attributes: readonly Column[] = [
  { head: 'user name', of: ({ users }) => named(users.ownName) },
  { head: 'names', of: ({ users }) => parts(users.attributes, 'name') },
  { head: 'e-mail addresses', of: ({ users }) => several(users, 'emails') },
  { head: 'phone numbers', of: ({ users }) => several(users, 'phoneNumbers') },
  { head: 'addresses', of: ({ users }) => several(users, 'addresses') },
  { head: 'department', of: ({ users }) => yes(users.attributes.includes('enterprise.department')) },
  { head: 'manager', of: ({ users }) => yes(users.attributes.includes('enterprise.manager')) },
  {
    head: 'password',
    of: ({ users }) => ({ accepted: 'synced', ignored: 'no', forbidden: 'never sent' })[users.password],
  },
];

const groups: readonly Column[] = [
  { head: 'groups', of: (one) => yes(one.groups !== undefined) },
  { head: 'create', of: (one) => yes(one.groups?.create) },
  { head: 'rename', of: (one) => yes(one.groups?.rename) },
  { head: 'delete', of: (one) => (one.groups?.delete === true ? 'on request' : 'no') },
  { head: 'members come', of: (one) => yes(one.groups?.membersAdd) },
  { head: 'members go', of: (one) => yes(one.groups?.membersRemove) },
  { head: 'groups in groups', of: (one) => yes(one.groups?.nested) },
  { head: 'name', of: (one) => (one.groups === undefined ? '' : named(one.groups.ownName)) },
  { head: 'members in a request', of: (one) => String(one.groups?.membersPerRequest ?? '') },
  { head: 'recognised by', of: (one) => (one.groups === undefined ? '' : paths(one.groups.matching)) },
];

const named = (own: 'beside' | 'inPlace' | undefined): string =>
  own === undefined ? 'as it is' : own === 'beside' ? 'one made of it beside it' : 'one made of it';

const pagings = { index: 'by index', cursor: 'by cursor', auto: 'by index or cursor', none: 'none' };

const protocol: readonly Column[] = [
  { head: 'accounts are recognised by', of: ({ users }) => paths(users.matching) },
  { head: 'paging', of: ({ paging, pageSize }) => `${pagings[paging]}, ${pageSize}` },
  { head: 'a whole list proves absence', of: ({ provesAbsence }) => yes(provesAbsence) },
  { head: 'discovery documents', of: ({ discovery }) => yes(discovery) },
  { head: 'requests at a time', of: ({ limits }) => paced(limits) },
  { head: 'authentication', of: (one) => one.authentication.map((kind) => `\`${kind}\``).join(', ') },
];

const tables: readonly (readonly [title: string, columns: readonly Column[]])[] = [
  ['People', people],
  ['What is told of them', attributes],
  ['Groups', groups],
  ['How it is spoken to', protocol],
];

/** What each target can do, as tables in Markdown with a row for each profile. */
export function capabilityTable(profiles: ReadonlyMap<string, Profile>): string {
  return tables
    .map(
      ([title, columns]) => `${title}:\n\n${markdownTable(rows(profiles, columns, (name) => `\`${name}\``))}`,
    )
    .join('\n');
}

/** The same for a terminal. */
export function* capabilityText(profiles: ReadonlyMap<string, Profile>): Generator<string> {
  for (const [title, columns] of tables) {
    yield title;
    const cells = rows(profiles, columns, (name) => name).map((row) =>
      row.map((cell) => cell.replaceAll('`', '')),
    );
    const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
    for (const row of cells)
      yield `  ${row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd()}`;
    yield '';
  }
}

/** The same as data, by name. */
export function capabilityJson(profiles: ReadonlyMap<string, Profile>): {
  readonly targets: Readonly<Record<string, Capabilities>>;
} {
  return {
    targets: Object.fromEntries([...profiles].map(([name, profile]) => [name, capabilitiesOf(profile)])),
  };
}

function rows(
  profiles: ReadonlyMap<string, Profile>,
  columns: readonly Column[],
  shown: (name: string) => string,
): readonly (readonly string[])[] {
  return [
    ['', ...columns.map(({ head }) => head)],
    ...[...profiles].map(([name, profile]) => {
      const capabilities = capabilitiesOf(profile);
      return [shown(name), ...columns.map(({ of }) => of(capabilities))];
    }),
  ];
}

function paths(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.map((path) => `\`${path}\``).join(', ');
}

function parts(writable: readonly string[], name: string): string {
  if (writable.includes(name)) return 'yes';
  const some = writable
    .filter((path) => path.startsWith(`${name}.`))
    .map((path) => path.slice(name.length + 1));
  return some.length === 0 ? 'no' : paths(some);
}

function several({ attributes: writable, maxValues }: Capabilities['users'], name: string): string {
  if (!writable.some((path) => path === name || path.startsWith(`${name}.`))) return 'no';
  const most = maxValues[name];
  return most === undefined ? 'several' : most === 1 ? 'one' : `up to ${most}`;
}

const words: Readonly<Record<RequestKind, string>> = {
  reads: 'reads',
  writes: 'writes',
  read: 'people read',
  create: 'people created',
  update: 'people changed',
  delete: 'people deleted',
  readGroup: 'groups read',
  createGroup: 'groups created',
  updateGroup: 'groups changed',
  deleteGroup: 'groups deleted',
};

/** Those that are the same are told together. */
function ratesText({ rates = [] }: Profile['pace']): readonly string[] {
  return [...Map.groupBy(rates, ({ perSecond }) => perSecond)].map(([perSecond, some]) => {
    const what = some.map(({ of }) => words[of]).join(', ');
    return `${perSecond} a second${some.length === 1 ? '' : ' each'} of ${what}`;
  });
}

function paced(pace: Profile['pace']): string {
  const { concurrency, perSecond, budgets = [] } = pace;
  const what = {
    requests: '',
    writes: ' writes',
    reads: ' reads',
    create: ' people created',
    memberAdd: ' people added',
  };
  const longer = budgets.map(
    ({ of, count, per, each }) =>
      `${count.toLocaleString('en-GB')}${what[of]} ${per === 'hour' ? 'an' : 'a'} ${per}${each === undefined ? '' : ' to a group'}`,
  );
  const short = perSecond === undefined ? [] : [`${perSecond} a second`];
  return [String(concurrency), ...short, ...ratesText(pace), ...longer].join(', ');
}
