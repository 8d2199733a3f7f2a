import { ENTERPRISE } from '../../src/model/index.ts';
import type {
  Account,
  Identity,
  Json,
  Kind,
  Mapping,
  Profile,
  Resource,
  Scope,
  SourceRecord,
  Template,
} from '../../src/model/index.ts';
import { KINDS } from '../../src/model/index.ts';
import type { Policy } from '../../src/planning/judge.ts';

/** A service that can hold the usual things; what a test is about, it says itself. */
export const exampleProfile: Profile = {
  name: 'example',
  title: 'Example service',
  users: {
    writable: [
      'userName',
      'externalId',
      'name',
      'displayName',
      'title',
      'emails',
      'phoneNumbers',
      'enterprise.department',
      'enterprise.manager',
    ],
    createOnly: [],
    required: ['userName'],
    maxValues: {},
    match: ['externalId', 'userName', 'emails.value'],
    password: 'forbidden',
  },
  create: { invites: false, invitedReadable: true, repeatable: false, inactive: true },
  update: { method: 'patch', putAlways: [], patchForm: 'path' },
  active: { form: 'path', as: 'boolean' },
  deactivate: { idSurvives: true },
  delete: true,
  list: { paging: 'index', pageSize: 100, provesAbsence: true },
  lookupLagSeconds: 0,
  answers: { exists: [], transient: [], unauthorised: [], notExists: [] },
  pace: { concurrency: 4 },
  groups: { supported: false },
  discovery: false,
  probe: '/Users?count=1',
};

export function profileWith(users: Partial<Profile['users']>, rest: Partial<Profile> = {}): Profile {
  return { ...exampleProfile, ...rest, users: { ...exampleProfile.users, ...users } };
}

export function policyWith(part: Partial<Policy> = {}): Policy {
  const allow: readonly Kind[] = KINDS;
  return {
    profile: exampleProfile,
    allow,
    onLeave: 'deactivate',
    onOutOfScope: 'deactivate',
    createInactive: false,
    ...part,
  };
}

export function identityWith(attributes: Resource, part: Partial<Identity> = {}): Identity {
  return { key: 'p1', active: true, attributes, groups: [], ...part };
}

export function accountWith(resource: Resource, part: Partial<Account> = {}): Account {
  return {
    target: 'example',
    key: 'p1',
    remoteId: 'id-1',
    resource: { active: true, ...resource },
    state: 'linked',
    origin: 'created',
    confirmedAt: 0,
    ...part,
  };
}

export function managedBy(manager: string, rest: Resource = {}): Resource {
  return { ...rest, [ENTERPRISE]: { manager: { value: manager } } };
}

/** A value of a configuration that is computed by a function of the test. */
export function template(
  evaluate: (scope: Scope) => unknown,
  part: Partial<Omit<Template, 'evaluate'>> = {},
): Template {
  return { text: '${…}', locus: {}, columns: [], readsClock: false, variables: [], evaluate, ...part };
}

/** `${record.NAME}`: an empty cell is absent. */
export function column(name: string): Template {
  return template(({ record }) => record[name] || undefined, { text: `\${record.${name}}`, column: name });
}

/** A row of text cells. */
export function row(cells: Readonly<Record<string, string>>, line = 2): SourceRecord {
  return {
    line,
    text: () => JSON.stringify(cells),
    field: (name) => cells[name],
    fields: () => cells,
  };
}

export const exampleMapping: Mapping = {
  key: column('id'),
  attributes: template(({ record }) =>
    present({
      userName: record['user'] as string,
      displayName: record['name'] as string,
      title: record['title'] as string,
    }),
  ),
  active: { kind: 'words', from: column('status'), on: ['active', 'on leave'], off: ['left', 'terminated'] },
  manager: column('boss'),
  groups: [],
};

/** Without what is empty. */
export function present(attributes: Readonly<Record<string, Json | undefined>>): Resource {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

/** Properties are tried with the same values in every run, so that a failure stays one until it is mended. */
export function tries(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns, seed: 20_260_801 };
}
