/** One row of the file of people. */
export interface Person {
  readonly id: string;
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly status: string;
  readonly department: string;
  readonly manager: string;
}

const columns = ['id', 'first', 'last', 'email', 'status', 'department', 'manager'] as const;

/** So many people, the same ones each time: P0001 is person1@example.com. */
export function people(count: number, from = 1): Person[] {
  return Array.from({ length: count }, (_, index) => person(index + from));
}

export function person(number: number, changes: Partial<Person> = {}): Person {
  return {
    id: `P${String(number).padStart(4, '0')}`,
    first: `First${number}`,
    last: `Last${number}`,
    email: `person${number}@example.com`,
    status: 'active',
    department: 'Engineering',
    manager: '',
    ...changes,
  };
}

export function csv(rows: readonly Person[]): string {
  const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface ConfigurationParts {
  readonly baseUrl: string;
  readonly connector?: string;
  /** Further lines of the target, without their indentation. */
  readonly target?: string;
  /** Further lines of the source, and of the identity. */
  readonly source?: string;
  readonly identity?: string;
  readonly auth?: string;
  /** Further targets, without their indentation. */
  readonly targets?: string;
}

/** A configuration that reads that file and has one target, `app`, whose token is in APP_TOKEN. */
export function configuration(parts: ConfigurationParts): string {
  return [
    'state: ./rollcall.db',
    'source:',
    '  connector: csv',
    '  path: ./people.csv',
    '  key: ${record.id}',
    ...indented(parts.source, 2),
    'identity:',
    '  userName: ${record.email}',
    '  name: { givenName: "${record.first}", familyName: "${record.last}" }',
    '  emails: [{ value: "${record.email}", type: work, primary: true }]',
    '  active: { from: "${record.status}", on: [active], off: [left] }',
    `  enterprise: { department: "\${record.department}", manager: { value: "\${ref(record.manager)}" } }`,
    ...indented(parts.identity, 2),
    'targets:',
    '  app:',
    `    connector: ${parts.connector ?? 'generic'}`,
    `    baseUrl: ${parts.baseUrl}`,
    `    auth: ${parts.auth ?? '{ kind: bearer, token: { env: APP_TOKEN } }'}`,
    ...indented(parts.target, 4),
    ...indented(parts.targets, 2),
    '',
  ].join('\n');
}

function indented(text: string | undefined, by: number): readonly string[] {
  return text === undefined ? [] : text.split('\n').map((line) => ' '.repeat(by) + line);
}
