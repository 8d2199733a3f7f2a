import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/configuration/index.ts';
import { people } from './presets.ts';
import type { LoadOptions } from '../../src/configuration/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import type { Configuration, Problem, Profile } from '../../src/model/index.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-configuration-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A service that can hold the usual things and nothing of the extension but the department. */
export const plain: Profile = {
  name: 'plain',
  title: 'Plain service',
  users: {
    writable: [
      'userName',
      'externalId',
      'name.givenName',
      'name.familyName',
      'displayName',
      'title',
      'emails',
      'enterprise.department',
      'enterprise.manager',
    ],
    createOnly: [],
    required: ['userName'],
    maxValues: {},
    match: ['externalId', 'userName'],
    password: 'forbidden',
    types: { emails: ['work', 'home'] },
  },
  create: { invites: false, invitedReadable: true, repeatable: false, inactive: false },
  update: { method: 'patch', putAlways: [], patchForm: 'path' },
  active: { form: 'path', as: 'boolean' },
  deactivate: { idSurvives: true },
  delete: true,
  list: { paging: 'index', pageSize: 100, provesAbsence: true },
  lookupLagSeconds: 0,
  answers: { exists: [], transient: [], unauthorised: [], notExists: [] },
  pace: { concurrency: 4, perSecond: 10 },
  groups: {
    supported: true,
    create: true,
    rename: true,
    delete: true,
    externalId: true,
    match: ['externalId', 'displayName'],
    members: { perRequest: 100, remove: 'filter' },
  },
  discovery: true,
  probe: '/Users?count=1',
};

/** As `plain`, without groups, without DELETE, and demanding a display name. */
export const strict: Profile = {
  ...plain,
  name: 'strict',
  title: 'Strict service',
  users: { ...plain.users, required: ['userName', 'displayName'] },
  delete: false,
  groups: { supported: false },
};

/** As `strict`, with the public pages that say so. */
export const paged: Profile = {
  ...strict,
  name: 'paged',
  sources: { '*': 'https://app.example/all', nickName: 'https://app.example/names' },
};

/** As `plain`, in two dialects. */
export const spoken: Profile = {
  ...plain,
  name: 'spoken',
  dialects: { entra: { active: { as: 'title' } }, okta: { update: { method: 'put' } } },
};

export const options: LoadOptions = {
  env: { TOKEN: 'token-of-the-environment', EMPTY: '' },
  presets: new Map([people].map((preset) => [preset.name, preset])),
  profiles: new Map([plain, strict, paged, spoken].map((profile) => [profile.name, profile])),
  clock: () => Date.UTC(2026, 2, 1, 23, 30),
};

export function write(text: string, name = 'rollcall.yaml'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

export async function load(text: string, changes: Partial<LoadOptions> = {}): Promise<Configuration> {
  return loadConfiguration(write(text), { ...options, ...changes });
}

/** What is wrong with a configuration; fails where nothing is. */
export async function problemsOf(
  text: string,
  changes: Partial<LoadOptions> = {},
): Promise<readonly Problem[]> {
  try {
    await load(text, changes);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'configuration') return error.problems;
    throw error;
  }
  throw new Error('this configuration was expected to be refused');
}

/** `line:column path: message (hint)`. */
export function shown({ message, locus, hint }: Problem): string {
  const place = `${locus?.line ?? '?'}:${locus?.column ?? '?'}${locus?.path === undefined ? '' : ` ${locus.path}`}`;
  return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** A configuration that loads without a warning; each part can be put in its place. */
export function configurationText(
  parts: {
    readonly source?: string;
    readonly identity?: string;
    readonly target?: string;
    readonly rest?: string;
  } = {},
): string {
  return [
    'source:',
    '  connector: csv',
    '  path: people.csv',
    '  key: ${record.id}',
    ...indented(parts.source, 2),
    'identity:',
    '  userName: ${record.email}',
    '  displayName: ${record.name}',
    '  active: { from: "${record.status}", on: [active], off: [left] }',
    ...indented(parts.identity, 2),
    'targets:',
    '  app:',
    '    connector: plain',
    '    baseUrl: https://app.example/scim/v2',
    '    auth: { kind: bearer, token: { env: TOKEN } }',
    ...indented(parts.target, 4),
    parts.rest ?? '',
  ].join('\n');
}

function indented(text: string | undefined, by: number): string[] {
  return text === undefined ? [] : text.split('\n').map((line) => ' '.repeat(by) + line);
}
