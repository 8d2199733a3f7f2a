import type { Profile } from '../model/index.ts';
import { markdownTable } from './markdown.ts';

interface Row {
  readonly ability: string;
  readonly of: (profile: Profile) => string;
}

const yes = (is: boolean): string => (is ? 'yes' : 'no');

/** In the order in which somebody asks: what can it hold, what happens to people, how is it spoken to. */
const rows: readonly Row[] = [
  { ability: 'create', of: ({ create }) => (create.invites ? 'by invitation' : 'yes') },
  { ability: 'create somebody switched off', of: ({ create }) => yes(create.inactive) },
  { ability: 'update', of: ({ update }) => update.method.toUpperCase() },
  {
    ability: 'deactivate and reactivate',
    of: ({ deactivate }) => (deactivate.idSurvives ? 'yes' : 'loses the account'),
  },
  { ability: 'delete', of: (profile) => (profile.delete ? 'on request' : 'no') },
  { ability: 'needs', of: ({ users }) => paths(users.required) },
  { ability: 'cannot follow a change of', of: ({ users }) => paths(users.createOnly) },
  { ability: 'names', of: ({ users }) => parts(users.writable, 'name') },
  { ability: 'e-mail addresses', of: ({ users }) => several(users, 'emails') },
  { ability: 'phone numbers', of: ({ users }) => several(users, 'phoneNumbers') },
  { ability: 'addresses', of: ({ users }) => several(users, 'addresses') },
  {
    ability: 'department, title and the like',
    of: ({ users }) => yes(users.writable.includes('enterprise.department')),
  },
  { ability: 'manager', of: ({ users }) => yes(users.writable.includes('enterprise.manager')) },
  {
    ability: 'password',
    of: ({ users }) => ({ accepted: 'synced', ignored: 'no', forbidden: 'never sent' })[users.password],
  },
  { ability: 'groups', of: ({ groups }) => yes(groups.supported) },
  { ability: 'accounts are recognised by', of: ({ users }) => paths(users.match) },
  { ability: 'a whole list proves absence', of: ({ list }) => yes(list.provesAbsence) },
  { ability: 'discovery documents', of: ({ discovery }) => yes(discovery) },
  { ability: 'requests at a time', of: ({ pace }) => paced(pace) },
];

/**
 * What each target can do, as a Markdown table with a column for each profile; whatever a profile does not say is
 * “no”.
 */
export function capabilityTable(profiles: ReadonlyMap<string, Profile>): string {
  const columns = [...profiles.values()];
  const cells = [
    ['', ...columns.map(({ name }) => `\`${name}\``)],
    ...rows.map(({ ability, of }) => [ability, ...columns.map(of)]),
  ];
  return markdownTable(cells);
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

function several({ writable, maxValues }: Profile['users'], name: string): string {
  if (!writable.some((path) => path === name || path.startsWith(`${name}.`))) return 'no';
  const most = maxValues[name];
  return most === undefined ? 'several' : most === 1 ? 'one' : `up to ${most}`;
}

function paced({ concurrency, perSecond }: Profile['pace']): string {
  return perSecond === undefined ? String(concurrency) : `${concurrency}, ${perSecond} a second`;
}
