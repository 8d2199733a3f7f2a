import { columnFor, columnReference } from './starter-columns.ts';
import type { Field } from './starter-columns.ts';

/** What `rollcall init` knows: from flags, from questions, and from the header of the CSV file. */
export interface StarterAnswers {
  /** The CSV file, seen from the configuration. */
  readonly path?: string;
  /** The names in its header; without them, usual ones are written. */
  readonly columns?: readonly string[];
  /** How the file is read, where that is not found out: `;`, `tab`; `windows-1252`. */
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly connector?: string;
  readonly baseUrl?: string;
  /** The target's name; the connector's unless given. */
  readonly target?: string;
  /** The environment variable that holds the token. */
  readonly tokenVariable?: string;
}

const usualColumns = [
  'employee_id',
  'email',
  'first_name',
  'last_name',
  'title',
  'department',
  'manager_id',
  'status',
  'groups',
];

/** A commented configuration that loads as it is, as soon as its environment variable is set. */
export function starterConfiguration(answers: StarterAnswers): string {
  const columns = answers.columns?.filter((name) => name !== '') ?? usualColumns;
  const connector = answers.connector ?? 'cosmo';
  const target = answers.target ?? connector;
  const variable =
    answers.tokenVariable ??
    `${target
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '_')
      .replace(/^\d/, '_$&')}_API_KEY`;
  const find = (field: Field): string | undefined => columnFor(field, columns);
  const lines = [
    '# yaml-language-server: $schema=./node_modules/rollcall/config/schema.json',
    '#',
    '# Plain text means itself; ${ … } holds an expression (CEL) over one row of the file, which it calls `record`.',
    '# `rollcall check` tells whether everything here fits together; `rollcall plan` shows what would be sent.',
    '',
    '# What Rollcall remembers between runs. Keep it: it knows which account is whose.',
    'state: ./rollcall.db',
    '',
    'source:',
    '  connector: csv',
    `  path: ${scalar(answers.path ?? './people.csv')}`,
    ...readingLines(answers),
    ...keyLines(find, columns),
    '',
    ...identityLines(find, columns),
    ...groupLines(find),
    '',
    'targets:',
    `  ${target}:`,
    `    connector: ${scalar(connector)}`,
    `    baseUrl: ${scalar(answers.baseUrl ?? 'http://127.0.0.1:4100/scim/v2')}`,
    `    auth: { kind: bearer, token: { env: ${variable} } } # a secret stays out of this file: env, file or command`,
    ...assignLines(find),
    '    # What goes beyond its limit is held until somebody approves it.',
    '    limits:',
    '      deactivate: { percent: 10, floor: 5 }',
  ];
  return `${lines.join('\n')}\n`;
}

/** What a header lacks that a person has to decide, one sentence each; the file marks the places with CHOOSE. */
export function openChoices(columns: readonly string[]): readonly string[] {
  if (columnFor('key', columns) !== undefined) return [];
  return [
    `no column looks like a key, so ${standIn(columns)} stands in for one: choose a column that stays with a person for good`,
  ];
}

/** What changes least of what there is. */
function standIn(columns: readonly string[]): string {
  return columnFor('email', columns) ?? columnFor('userName', columns) ?? columns[0] ?? 'employee_id';
}

type Find = (field: Field) => string | undefined;

function readingLines({ delimiter, encoding }: StarterAnswers): string[] {
  return [
    ...(delimiter === undefined ? [] : [`  delimiter: ${scalar(delimiter)}`]),
    ...(encoding === undefined ? [] : [`  encoding: ${encoding}`]),
  ];
}

function keyLines(find: Find, columns: readonly string[]): string[] {
  const key = find('key');
  if (key !== undefined)
    return [`  key: ${expression(key)} # stays with a person for good, and is never given to somebody else`];
  return [
    '  # CHOOSE: No column looks like the number of an employee. The key has to stay with a person for good, also when',
    '  # their name or e-mail changes, and is never given to somebody else: put in the column that does.',
    `  key: ${expression(standIn(columns))}`,
  ];
}

function identityLines(find: Find, columns: readonly string[]): string[] {
  const userName = find('userName') ?? find('email') ?? find('key') ?? columns[0] ?? 'email';
  const lines = [
    '# A person, in the shape of a SCIM User, once for all targets. What a target cannot hold is left out for it.',
    'identity:',
    `  userName: ${expression(userName)}`,
  ];
  const given = find('givenName');
  const family = find('familyName');
  const display = find('displayName');
  const names = [given && `givenName: ${quoted(given)}`, family && `familyName: ${quoted(family)}`].filter(
    Boolean,
  );
  if (names.length > 0) lines.push(`  name: { ${names.join(', ')} }`);
  if (display !== undefined) lines.push(`  displayName: ${expression(display)}`);
  else if (given !== undefined && family !== undefined)
    lines.push(`  displayName: ${scalar(`\${${columnReference(given)}} \${${columnReference(family)}}`)}`);
  for (const field of ['title', 'userType', 'preferredLanguage', 'locale', 'timezone'] as const) {
    const column = find(field);
    if (column !== undefined) lines.push(`  ${field}: ${expression(column)}`);
  }
  const email = find('email');
  if (email !== undefined) lines.push(`  emails: [{ value: ${quoted(email)}, type: work, primary: true }]`);
  const phone = find('phone');
  if (phone !== undefined) lines.push(`  phoneNumbers: [{ value: ${quoted(phone)}, type: work }]`);
  return [...lines, ...activeLines(find), ...enterpriseLines(find)];
}

function activeLines(find: Find): string[] {
  const flag = find('active');
  const status = find('status');
  const note =
    '  # A word in neither list rejects the row: it never makes somebody a leaver. Put in the words of your file.';
  if (status !== undefined)
    return [
      note,
      `  active: { from: ${quoted(status)}, on: [active, on leave], off: [inactive, left, terminated] }`,
    ];
  if (flag !== undefined)
    return [
      note,
      `  active: { from: ${quoted(flag)}, on: ['true', 'yes', 'y', '1'], off: ['false', 'no', 'n', '0'] }`,
    ];
  const until = find('endDate');
  const hint = until === undefined ? '${record.status}' : `\${${columnReference(until)}}`;
  return [
    '  # No column looks like a status, so whoever is in the file is active, and who left is known by absence alone.',
    ...(until === undefined
      ? [`  # active: { from: ${singleQuoted(hint)}, on: [active], off: [left] }`]
      : [
          '  # With a last day of work (in the form 2026-03-31):',
          `  # active: ${singleQuoted(`\${${columnReference(until)} == '' || ${columnReference(until)} >= today()}`)}`,
        ]),
  ];
}

function enterpriseLines(find: Find): string[] {
  const fields = (
    ['employeeNumber', 'costCenter', 'organization', 'division', 'department'] as const
  ).flatMap((field) => {
    const column = find(field);
    return column === undefined ? [] : [`    ${field}: ${expression(column)}`];
  });
  const manager = find('manager');
  if (manager !== undefined)
    fields.push(
      `    manager: { value: ${singleQuoted(`\${ref(${columnReference(manager)})}`)} } # the manager's key; the target's own id is filled in when it is sent`,
    );
  return fields.length === 0 ? [] : ['  enterprise:', ...fields];
}

function groupLines(find: Find): string[] {
  const groups = find('groups');
  if (groups === undefined) return [];
  return [
    '',
    'groups:',
    `  - from: ${scalar(`\${split(${columnReference(groups)}, ";")}`)} # a list on the person, cut at each ;`,
  ];
}

function assignLines(find: Find): string[] {
  const department = find('department');
  const example =
    department === undefined
      ? '${"Engineers" in groups}'
      : `\${${columnReference(department)} == "Engineering"}`;
  return [
    '    # Everybody in the file gets an account here. To give it to some, say who they are:',
    `    # assign: ${scalar(example)}`,
  ];
}

function expression(column: string): string {
  return scalar(`\${${columnReference(column)}}`);
}

/** For a place inside { } or [ ], where an expression always needs quotes. */
function quoted(column: string): string {
  return singleQuoted(`\${${columnReference(column)}}`);
}

/** Plain where YAML reads it back as the same text, quoted everywhere else. */
function scalar(text: string): string {
  if (
    /^[\w./:-]+$/.test(text) &&
    /[A-Za-z/]/.test(text) &&
    !/^(?:true$|false$|null$|[-:]|\.(?!\.?\/))|:$/i.test(text)
  )
    return text;
  if (/^\$\{[\w.]+\}( \$\{[\w.]+\})*$/.test(text)) return text;
  return singleQuoted(text);
}

function singleQuoted(text: string): string {
  // Whatever is not printed would be lost or folded in single quotes.
  return /[\p{Cc}\p{Zl}\p{Zp}\uFEFF]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
