import type { Profile } from '../model/index.ts';
import { markdownTable } from './markdown.ts';

interface Column {
  readonly ability: string;
  readonly of: (profile: Profile) => string;
}

/** In the order in which somebody asks: what does it need, what happens to people, how are they found again. */
const columns: readonly Column[] = [
  { ability: 'connector', of: ({ name }) => `\`${name}\`` },
  { ability: 'service', of: ({ title }) => title },
  { ability: 'create', of: ({ create }) => (create.invites ? 'by invitation' : 'yes') },
  { ability: 'needs', of: ({ users }) => paths(users.required) },
  { ability: 'cannot follow a change of', of: ({ users }) => paths(users.createOnly) },
  {
    ability: 'deactivate',
    of: ({ deactivate }) => (deactivate.idSurvives ? 'yes' : 'loses the account'),
  },
  { ability: 'delete', of: (profile) => (profile.delete ? 'on request' : 'no') },
  { ability: 'groups', of: ({ groups }) => grouped(groups) },
  { ability: 'e-mail addresses', of: ({ users }) => several(users, 'emails') },
  { ability: 'manager', of: ({ users }) => yes(users.writable.includes('enterprise.manager')) },
  {
    ability: 'password',
    of: ({ users }) => ({ accepted: 'synced', ignored: 'no', forbidden: 'never sent' })[users.password],
  },
  { ability: 'recognised by', of: ({ users }) => paths(users.match) },
  { ability: 'at a time', of: ({ pace }) => paced(pace) },
];

/**
 * What each target can do, as a Markdown table with a row for each profile; whatever a profile does not say is “no”.
 */
export function capabilityTable(profiles: ReadonlyMap<string, Profile>): string {
  const rows = [...profiles.values()].map((profile) => columns.map(({ of }) => of(profile)));
  return markdownTable([columns.map(({ ability }) => ability), ...rows]);
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** What is missing is named. */
function grouped(groups: Profile['groups']): string {
  if (!groups.supported) return 'no';
  const missing = (['create', 'rename', 'delete'] as const).filter((ability) => !groups[ability]);
  return missing.length === 3
    ? 'members alone'
    : missing.length === 0
      ? 'yes'
      : `yes, no ${missing.join(', ')}`;
}

function paths(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.map((path) => `\`${path}\``).join(', ');
}

function several({ writable, maxValues }: Profile['users'], name: string): string {
  if (!writable.some((path) => path === name || path.startsWith(`${name}.`))) return 'no';
  const most = maxValues[name];
  return most === undefined ? 'several' : most === 1 ? 'one' : `up to ${most}`;
}

function paced({ concurrency, perSecond }: Profile['pace']): string {
  return perSecond === undefined ? String(concurrency) : `${concurrency}, ${perSecond} a second`;
}
