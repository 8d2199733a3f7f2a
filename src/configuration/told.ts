import { asText, EvaluationError, isObject, namesIn, RollcallError } from '../model/index.ts';
import type { Configuration, SourceConfiguration, SourcePart, Template } from '../model/index.ts';
import { askedOf, columnsOf, keepingOf } from './columns.ts';
import { partOf, partsOf } from './input.ts';

/** The part of the source that is the authority for those of whom something is told. Throws as `withInput` does. */
export function authorityOf({ source, mapping }: Configuration, name?: string): SourcePart {
  return partOf(source, mapping.key, name);
}

/** The names of the sources that are the authority for somebody. */
export function authoritiesOf({ source, mapping }: Configuration): readonly string[] {
  return partsOf(source, mapping.key).map((part) => part.source.name);
}

/**
 * The configuration with what was told in the place of its source; of several, of those of whom the part is the authority.
 * Each event is answered by itself, so that no number of refused ones says anything of the others.
 */
export function withTelling(configuration: Configuration, part: SourcePart): Configuration {
  const limits = { ...part.source.limits, rejected: Infinity };
  return {
    ...configuration,
    source: { ...part.source, limits, isDelta: true, isPart: configuration.source.connector === 'union' },
    mapping: { ...configuration.mapping, key: part.key },
  };
}

/** What decides whether somebody is there, who they are, and where they have an account: of that, a sign-in says nothing (rule 7). */
export function fixedNames(
  { mapping, targets }: Configuration,
  { key, source }: SourcePart,
): ReadonlySet<string> {
  const { active, previousKey } = mapping;
  const rule = active.kind === 'words' ? active.from : active.condition;
  const own = targets.flatMap((target) => [target.mapping.assign, target.mapping.protect]);
  const all = [rule, key, previousKey, source.where, ...own].filter((one) => one !== undefined);
  return new Set(all.flatMap(namesIn));
}

/**
 * What is told of a record, in the form in which the records of the source are: the cells of a table, the lists of values of
 * an entry, or as it stands. Where the key is one field as it stands, that is in it. Throws `RollcallError('invalid')` for
 * what a record of the source cannot have.
 */
export function fieldsTold(
  { source, key }: SourcePart,
  whose: string,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const [name, ...others] = key.columns;
  const fields = Object.fromEntries(
    Object.entries(record).map(([field, value]) => [field, valueFor(source, field, value)]),
  );
  if (name === undefined || others.length > 0 || Object.hasOwn(record, name)) return fields;
  const own = { [name]: valueFor(source, name, whose) };
  return givesKey(key, own, whose) ? { ...fields, ...own } : fields;
}

/** A key that is put together, or stands within its field, cannot be put there. */
function givesKey(key: Template, record: Readonly<Record<string, unknown>>, whose: string): boolean {
  try {
    return asText(key.evaluate({ record })) === whose;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

/**
 * What was told of an entry, with the names of its attributes as the configuration spells them: their case means nothing
 * (RFC 4512 §1.4), and expressions find them only so.
 */
export function spelledAsRead(
  configuration: Configuration,
  { source, key }: SourcePart,
): (record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  if (source.connector !== 'ldif' && source.connector !== 'ldap') return (record) => record;
  const own = [key, source.where].filter((one) => one !== undefined).flatMap(namesIn);
  const names = new Set([...columnsOf(configuration).keys(), ...askedOf(configuration), ...own]);
  const spelled = Map.groupBy(names, fold);
  return (record) =>
    Object.fromEntries(
      Object.entries(record).flatMap(([name, value]) =>
        (spelled.get(fold(name)) ?? [name]).map((one) => [one, value]),
      ),
    );
}

function fold(name: string): string {
  return name.toLowerCase();
}

/** Whether a record of the source has all of its columns, so that what nobody has told is an empty cell. */
export function blankFields(
  configuration: Configuration,
  { source }: SourcePart,
): Readonly<Record<string, unknown>> {
  const { names, secrets } = keepingOf(configuration);
  if (source.connector !== 'csv' || names === 'all') return {};
  const told = [...names].filter((name) => name !== 'dn' && !secrets.has(name));
  return Object.fromEntries(told.map((name) => [name, '']));
}

function valueFor({ connector }: SourceConfiguration, field: string, value: unknown): unknown {
  if (connector === 'csv') {
    if (value === null) return '';
    if (isScalar(value)) return String(value);
  } else if (connector === 'ldif' || connector === 'ldap') {
    if (value === null) return null;
    const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    if (values.every(isScalar)) return field === 'dn' ? String(values[0]) : values.map(String);
  } else return value;
  const what = connector === 'csv' ? 'a text, a number, true or false' : 'a text, or a list of texts';
  throw new RollcallError('invalid', {
    message: `a record of ${connector === 'csv' ? 'a CSV file' : 'a directory'} has ${what} under ${JSON.stringify(field)}, and no ${isObject(value) ? 'object' : 'list'}`,
    hint: 'tell what the source itself would have there',
  });
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
