import { columnFor } from './starter-columns.ts';
import type { Field } from './starter-columns.ts';
import { wordsOf } from './starter-words.ts';
import type { Shape, Words } from './starter-words.ts';

/** What `rollcall init` knows: from flags, from questions, and from the file of people. */
export interface StarterAnswers {
  /** The file, seen from the configuration. */
  readonly path?: string;
  /** The preset that fits it: it brings everything else. */
  readonly preset?: string;
  /** What its records look like; those of a CSV file unless given. */
  readonly shape?: Shape;
  /** The names in its records; without them, usual ones are written. */
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
  const shape = answers.shape ?? { connector: 'csv' };
  const words = wordsOf(shape);
  const find = (field: Field): string | undefined => columnFor(field, columns);
  const lines = [
    '# yaml-language-server: $schema=./node_modules/rollcall/config/schema.json',
    '#',
    '# Plain text means itself; ${ … } holds an expression (CEL) over one record of the file, which it calls `record`.',
    '# `rollcall check` tells whether everything here fits together; `rollcall plan` shows what would be sent.',
    '',
    '# What Rollcall remembers between runs. Keep it: it knows which account is whose.',
    'state: ./rollcall.db',
    '',
    'source:',
    ...(answers.preset === undefined
      ? [`  connector: ${shape.connector}`]
      : [
          `  preset: ${answers.preset} # brings the key, the identity and what follows from the shape of the file`,
        ]),
    `  path: ${scalar(answers.path ?? './people.csv')}`,
    ...(answers.preset === undefined
      ? [
          ...readingLines(answers),
          ...shapeLines(shape),
          ...keyLines(find, words, columns),
          '',
          ...identityLines(find, words, columns),
          ...groupLines(find, words, shape),
        ]
      : ['', '# What is written under identity lies over the preset; null takes a part of it away.']),
    '',
    'targets:',
    `  ${target}:`,
    `    connector: ${scalar(connector)}`,
    `    baseUrl: ${scalar(answers.baseUrl ?? 'http://127.0.0.1:4100/scim/v2')}`,
    `    auth: { kind: bearer, token: { env: ${variable} } } # a secret stays out of this file: env, file or command`,
    ...(answers.preset === undefined ? assignLines(find, words) : []),
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

function shapeLines({ records, where }: Shape): string[] {
  return [
    ...(records === undefined || records === '' ? [] : [`  records: ${scalar(records)}`]),
    ...(where === undefined
      ? []
      : [
          `  where: ${scalar(`\${"${where}" in record.objectClass}`)} # the others are groups, folders and machines`,
        ]),
  ];
}

function keyLines(find: Find, { needed }: Words, columns: readonly string[]): string[] {
  const key = find('key');
  if (key !== undefined)
    return [
      `  key: ${expression(needed(key))} # stays with a person for good, and is never given to somebody else`,
    ];
  return [
    '  # CHOOSE: No column looks like the number of an employee. The key has to stay with a person for good, also when',
    '  # their name or e-mail changes, and is never given to somebody else: put in the column that does.',
    `  key: ${expression(needed(standIn(columns)))}`,
  ];
}

function identityLines(find: Find, words: Words, columns: readonly string[]): string[] {
  const { of, needed } = words;
  const userName = find('userName') ?? find('email') ?? find('key') ?? columns[0] ?? 'email';
  const lines = [
    '# A person, in the shape of a SCIM User, once for all targets. What a target cannot hold is left out for it.',
    'identity:',
    `  userName: ${expression(needed(userName))}`,
  ];
  const given = find('givenName');
  const family = find('familyName');
  const display = find('displayName');
  const names = [
    given && `givenName: ${quoted(of(given))}`,
    family && `familyName: ${quoted(of(family))}`,
  ].filter(Boolean);
  if (names.length > 0) lines.push(`  name: { ${names.join(', ')} }`);
  if (display !== undefined) lines.push(`  displayName: ${expression(of(display))}`);
  else if (given !== undefined && family !== undefined)
    lines.push(`  displayName: ${scalar(`\${${of(given)}} \${${of(family)}}`)}`);
  for (const field of ['title', 'userType', 'preferredLanguage', 'locale', 'timezone'] as const) {
    const column = find(field);
    if (column !== undefined) lines.push(`  ${field}: ${expression(of(column))}`);
  }
  const email = find('email');
  if (email !== undefined)
    lines.push(`  emails: [{ value: ${quoted(of(email))}, type: work, primary: true }]`);
  const phone = find('phone');
  if (phone !== undefined) lines.push(`  phoneNumbers: [{ value: ${quoted(of(phone))}, type: work }]`);
  return [...lines, ...activeLines(find, words), ...enterpriseLines(find, words)];
}

function activeLines(find: Find, { of, needed, booleans }: Words): string[] {
  const control = find('accountControl');
  if (control !== undefined)
    return [
      '  # What the flag of the directory says, in words: where nothing is said of somebody, nobody leaves by it.',
      `  active: { from: ${singleQuoted(`\${hasFlag(${needed(control)}, "ACCOUNTDISABLE") ? "disabled" : "enabled"}`)}, on: [enabled], off: [disabled] }`,
    ];
  const flag = find('active');
  const status = find('status');
  const note =
    '  # A word in neither list rejects the row: it never makes somebody a leaver. Put in the words of your file.';
  if (status !== undefined)
    return [
      note,
      `  active: { from: ${quoted(needed(status))}, on: [active, on leave], off: [inactive, left, terminated] }`,
    ];
  if (flag !== undefined) return [note, `  active: { from: ${quoted(needed(flag))}, ${booleans} }`];
  const until = find('endDate');
  const hint = until === undefined ? '${record.status}' : `\${${of(until)}}`;
  return [
    '  # No column looks like a status, so whoever is in the file is active, and who left is known by absence alone.',
    ...(until === undefined
      ? [`  # active: { from: ${singleQuoted(hint)}, on: [active], off: [left] }`]
      : [
          '  # With a last day of work (in the form 2026-03-31):',
          `  # active: ${singleQuoted(`\${default(${of(until)}, '') == '' || ${of(until)} >= today()}`)}`,
        ]),
  ];
}

function enterpriseLines(find: Find, { of }: Words): string[] {
  const fields = (
    ['employeeNumber', 'costCenter', 'organization', 'division', 'department'] as const
  ).flatMap((field) => {
    const column = find(field);
    return column === undefined ? [] : [`    ${field}: ${expression(of(column))}`];
  });
  const manager = find('manager');
  if (manager !== undefined)
    fields.push(
      `    manager: { value: ${singleQuoted(`\${ref(${of(manager)})}`)} } # the manager's key; the target's own id is filled in when it is sent`,
    );
  return fields.length === 0 ? [] : ['  enterprise:', ...fields];
}

function groupLines(find: Find, { groupsOf }: Words, { group }: Shape): string[] {
  if (group !== undefined)
    return [
      '',
      '# Groups that stand in the file, and whom they name.',
      'groups:',
      `  - records: ${scalar(`\${"${group.objectClass}" in record.objectClass}`)}`,
      `    name: ${scalar('${first(record.cn)}')}`,
      `    members: ${scalar(`\${get(record, "${group.members}")}`)}`,
      `    match: ${scalar(`\${${group.match}}`)}`,
    ];
  const groups = find('groups');
  if (groups === undefined) return [];
  return ['', 'groups:', `  - from: ${scalar(`\${${groupsOf(groups)}}`)} # a list on the person`];
}

function assignLines(find: Find, { of }: Words): string[] {
  const department = find('department');
  const example =
    department === undefined ? '${"Engineers" in groups}' : `\${${of(department)} == "Engineering"}`;
  return [
    '    # Everybody in the file gets an account here. To give it to some, say who they are:',
    `    # assign: ${scalar(example)}`,
  ];
}

function expression(text: string): string {
  return scalar(`\${${text}}`);
}

/** For a place inside { } or [ ], where an expression always needs quotes. */
function quoted(text: string): string {
  return singleQuoted(`\${${text}}`);
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
