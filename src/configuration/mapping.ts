import { ENTERPRISE, isObject } from '../model/index.ts';
import type { ActiveRule, GroupRule, Mapping, Template } from '../model/index.ts';
import { attributeParts, resourceTemplate } from './attributes-template.ts';
import { userAttributes } from './attributes.ts';
import { placesOfListedGroups, rulesOfListedGroups } from './listed.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { joinSchema, unionSchema } from './source-schema.ts';
import type { Variable } from './reads.ts';
import { constantTemplate } from './template.ts';
import { cleanText } from './value.ts';

/** A mapping, and which attributes it sets, as profiles name them. */
export interface ReadMapping {
  readonly mapping: Mapping;
  readonly paths: readonly string[];
}

const fromRecord: readonly Variable[] = ['record'];

export function readMapping(reading: Reading): ReadMapping | undefined {
  const key = readMainKey(reading);
  const previousKey = reading.template(['source', 'previousKey'], { variables: fromRecord, wants: 'text' });
  const parts = attributeParts(reading, ['identity'], userAttributes, fromRecord).filter(
    (part) => part.name !== 'password',
  );
  if (
    reading.raw(['identity', 'enterprise']) !== undefined &&
    reading.raw(['identity', ENTERPRISE]) !== undefined
  )
    reading.problem(['identity', ENTERPRISE], 'this is the same as `enterprise`, which is there too');
  checkUserName(reading, parts.find((part) => part.name === 'userName')?.template);
  const active = readActive(reading);
  const manager = readManager(reading);
  const password = readPassword(reading);
  const groups = [...readGroups(reading), ...rulesOfListedGroups(reading)];
  if (!key || !active) return undefined;
  // Where several sources have keys of their own, each record brings its key with it.
  const hasExternalId =
    parts.some((part) => part.name === 'externalId') || reading.raw(['sources']) !== undefined;
  const attributes = hasExternalId ? parts : [...parts, { name: 'externalId', paths: [], template: key }];
  return {
    mapping: {
      key,
      ...(previousKey && { previousKey }),
      attributes: resourceTemplate(reading, ['identity'], attributes),
      active,
      ...(manager && { manager }),
      ...(password && { password }),
      groups,
    },
    paths: [
      ...parts.flatMap((part) => part.paths).filter((path) => path !== 'enterprise.manager'),
      ...(manager ? ['enterprise.manager'] : []),
      ...(password ? ['password'] : []),
    ],
  };
}

/** The key of the one source, or of the first of several. */
function readMainKey(reading: Reading): Template | undefined {
  const first =
    reading.part(['population', 'join'], joinSchema)?.authority ??
    reading.part(['population', 'union'], unionSchema)?.[0];
  if (reading.raw(['sources']) === undefined) return readKey(reading, ['source', 'key']);
  const quiet: Reading = { ...reading, problem: () => undefined, warning: () => undefined };
  return first === undefined ? undefined : readKey(quiet, ['sources', first, 'key']);
}

/** What tells a person from all others. */
export function readKey(reading: Reading, path: Path): Template | undefined {
  const key = reading.template(path, { variables: fromRecord, wants: 'text' });
  if (key && !key.variables.includes('record'))
    reading.problem(
      path,
      'the key is the same for everybody',
      'name a column, such as ${record.employee_id}',
    );
  if (key?.readsClock) reading.problem(path, 'the key changes with the clock, and a key never changes');
  return key;
}

function checkUserName(reading: Reading, userName: Template | undefined): void {
  const path = ['identity', 'userName'];
  if (userName && !userName.variables.includes('record'))
    reading.problem(path, 'userName is the same for everybody', 'name a column, such as ${record.email}');
}

function readActive(reading: Reading): ActiveRule | undefined {
  const path = ['identity', 'active'];
  const raw = reading.raw(path);
  if (isObject(raw)) return readWords(reading, path);
  if (raw === undefined || raw === true) {
    if (isObject(reading.raw(['identity'])))
      reading.warning(
        path,
        'everybody in the source counts as active: that somebody left is known only by their absence from it',
        'name the column that says so: active: { from: "${record.status}", on: [active], off: [left] }',
      );
    return { kind: 'condition', condition: constantTemplate(true, 'true', reading.document.locate(path)) };
  }
  if (raw === false) return sameForAll(reading, path);
  const condition = reading.template(path, { variables: fromRecord, wants: 'condition' });
  if (!condition) return undefined;
  if (condition.variables.length === 0 && !condition.readsClock) return sameForAll(reading, path);
  reading.warning(
    path,
    'a status that this expression does not think of reads as left',
    'words are safer: active: { from: …, on: […], off: […] } rejects a word that it does not know',
  );
  return { kind: 'condition', condition };
}

function sameForAll(reading: Reading, path: Path): undefined {
  reading.problem(path, 'this is the same for everybody, and would make everybody a leaver or nobody');
}

function readWords(reading: Reading, path: Path): ActiveRule | undefined {
  const from = reading.template([...path, 'from'], { variables: fromRecord, wants: 'text' });
  if (from && !from.variables.includes('record'))
    reading.problem(
      [...path, 'from'],
      'this is the same for everybody',
      'name a column, such as ${record.status}',
    );
  const on = words(reading.raw([...path, 'on']));
  const off = words(reading.raw([...path, 'off']));
  const folded = new Set(on.map(fold));
  off.forEach((word, index) => {
    if (folded.has(fold(word))) reading.problem([...path, 'off', index], 'this word is under `on` too');
  });
  const given = reading.raw([...path, 'on']);
  if (Array.isArray(given) && given.length === 0)
    reading.problem([...path, 'on'], 'names no word, so that nobody could be active');
  return from && { kind: 'words', from, on, off };
}

function words(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.filter((word) => ['string', 'number', 'boolean'].includes(typeof word)).map(String);
}

function fold(word: string): string {
  return (cleanText(word) ?? '').toLowerCase();
}

/** Of `manager: { value: … }` or `manager: …`: what gives the manager's key. */
function readManager(reading: Reading): Template | undefined {
  for (const extension of ['enterprise', ENTERPRISE]) {
    const path = ['identity', extension, 'manager'];
    const raw = reading.raw(path);
    if (raw === undefined) continue;
    const place = typeof raw === 'string' ? path : [...path, 'value'];
    if (isObject(raw) && raw['value'] === undefined)
      reading.problem(
        path,
        'the manager has no value',
        'write manager: { value: "${ref(record.manager_id)}" }',
      );
    return reading.template(place, { variables: fromRecord, wants: 'text', reference: true });
  }
  return undefined;
}

function readPassword(reading: Reading): Template | undefined {
  const path = ['identity', 'password'];
  const password = reading.template(path, { variables: fromRecord, wants: 'text', secret: true });
  if (password && password.variables.length === 0)
    reading.warning(
      path,
      'a password stands in the configuration, the same for everybody',
      'read it from the source',
    );
  return password;
}

/** Whether anything says who is in which group. */
export function hasGroups(reading: Reading): boolean {
  return Array.isArray(reading.raw(['groups'])) || placesOfListedGroups(reading).length > 0;
}

/** Whether some groups of the source are kept in others. */
export function keepsNested(reading: Reading): boolean {
  const raw = reading.raw(['groups']);
  const entries: readonly unknown[] = [
    ...(Array.isArray(raw) ? (raw as unknown[]) : []),
    ...placesOfListedGroups(reading).map((path) => reading.raw(path)),
  ];
  return entries.some((entry) => isObject(entry) && entry['nested'] === 'keep');
}

function readGroups(reading: Reading): GroupRule[] {
  const raw = reading.raw(['groups']);
  if (!Array.isArray(raw)) return [];
  const seen = new Set<string>();
  return raw.flatMap((entry: unknown, index): GroupRule[] => {
    if (!isObject(entry)) return [];
    const path = ['groups', index];
    if (entry['from'] !== undefined) {
      const from = reading.template([...path, 'from'], { variables: ['record', 'identity'], wants: 'list' });
      return from ? [{ kind: 'list', from }] : [];
    }
    if (entry['records'] !== undefined) return readGroupRecords(reading, path, entry['nested']);
    const name = typeof entry['name'] === 'string' ? cleanText(entry['name']) : undefined;
    const members = readCondition(reading, [...path, 'members'], ['record', 'identity']);
    if (name === undefined || !members) return [];
    if (seen.has(name)) reading.problem([...path, 'name'], 'there is a group of this name already');
    seen.add(name);
    const key = typeof entry['key'] === 'string' ? (cleanText(entry['key']) ?? name) : name;
    return [{ kind: 'rule', key, name, members }];
  });
}

/** Groups that stand in the source themselves. */
function readGroupRecords(reading: Reading, path: Path, nested: unknown): GroupRule[] {
  const where = readCondition(reading, [...path, 'records'], fromRecord);
  const name = reading.template([...path, 'name'], { variables: fromRecord, wants: 'text' });
  const members = reading.template([...path, 'members'], { variables: fromRecord, wants: 'list' });
  const match = reading.template([...path, 'match'], { variables: fromRecord, wants: 'text' });
  const key = reading.template([...path, 'key'], { variables: fromRecord, wants: 'text' });
  if (!where || !name || !members || !match) return [];
  return [
    {
      kind: 'records',
      where,
      ...(key && { key }),
      name,
      members,
      match,
      nested: nested === 'keep' ? 'keep' : 'flatten',
    },
  ];
}

/** True or false as it stands, or an expression that gives it. */
export function readCondition(
  reading: Reading,
  path: Path,
  variables: readonly Variable[],
): Template | undefined {
  const raw = reading.raw(path);
  if (typeof raw === 'boolean') return constantTemplate(raw, String(raw), reading.document.locate(path));
  return reading.template(path, { variables, wants: 'condition' });
}
