import { UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { isPlain } from '../model/index.ts';

/** What a place of the configuration can take. */
export type Wanted = 'text' | 'boolean' | 'condition' | 'list' | 'values' | 'map' | 'json';

/** A result that does not fit its place; `message` names the type that it has, never the value. */
export class MisfitError extends Error {}

/**
 * Text as every place takes it: without white space around it, in Unicode's composed form (NFC), so that one name
 * always has one spelling; `undefined` where nothing is left.
 */
export function cleanText(text: string): string | undefined {
  if (text === '') return undefined;
  if (isPlain(text)) return text;
  const clean = text.trim().normalize('NFC');
  if (!clean.isWellFormed()) throw new MisfitError('gives text that was cut in the middle of a character');
  return clean === '' ? undefined : clean;
}

/**
 * For a place that takes text. JSON writes many a key as a number, and a status as true or false: of these there is one
 * spelling. A number with a fraction has several.
 */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (value instanceof Date) return toIso(value);
  throw new MisfitError(`gives ${typeName(value)} where text is needed; string(…) makes text of it`);
}

/** For an expression inside a longer text: what is absent leaves nothing behind. */
export function toTextPart(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return toIso(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value instanceof UnsignedInt) return String(value);
  throw new MisfitError(`gives ${typeName(value)}, which cannot stand inside text`);
}

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return undefined;
  throw new MisfitError(`gives ${typeName(value)} where true or false is needed`);
}

/** For a place that decides: absence is no answer there. */
export function toCondition(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new MisfitError(`gives ${typeName(value)} where true or false is needed`);
}

/** For a list of names: texts, without the empty ones. */
export function toTexts(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new MisfitError(`gives ${typeName(value)} where a list is needed`);
  return value.flatMap((item) => toText(item) ?? []);
}

/** For a multi-valued attribute: a list of maps or texts. */
export function toValues(value: unknown): unknown[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value)) throw new MisfitError(`gives ${typeName(value)} where a list is needed`);
  return toJson(value) as unknown[];
}

export function toMap(value: unknown): unknown {
  const json = toJson(value);
  if (json === undefined || (typeof json === 'object' && !Array.isArray(json))) return json;
  throw new MisfitError(`gives ${typeName(value)} where a map is needed`);
}

/** Plain JSON of any result. What is absent is left out of lists and maps. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return toNumber(value);
  if (typeof value === 'object') return objectToJson(value);
  if (typeof value !== 'number') return undefined;
  if (Number.isFinite(value)) return value;
  throw new MisfitError('gives a number that is infinite or none at all');
}

function objectToJson(value: object | null): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(toJson).filter((item) => item !== undefined);
  if (value instanceof Date) return toIso(value);
  if (value instanceof UnsignedInt) return toNumber(value.valueOf());
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new MisfitError(`gives ${odd(value)}, which has no form in JSON`);
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const json = toJson(item);
    if (json !== undefined) result[name] = json;
  }
  return result;
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new MisfitError('gives a whole number beyond 2^53, which JSON cannot hold exactly');
}

function toIso(value: Date): string {
  return value.toISOString().replace('.000Z', 'Z');
}

/** Bytes, durations, types: CEL has them, JSON has not. */
function odd(value: object): string {
  return value instanceof Uint8Array ? 'bytes' : `a ${value.constructor.name.toLowerCase()}`;
}

export function typeName(value: unknown): string {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'bigint' || value instanceof UnsignedInt) return 'a whole number';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value !== 'object' || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a time';
  return value instanceof Uint8Array ? 'bytes' : 'a map';
}

/** Why an expression of this CEL type can never fit; `undefined` where it fits or only the record can tell. */
export function misfitOfType(type: string, wanted: Wanted | 'part'): string | undefined {
  if (type === 'dyn' || type.startsWith('dyn<') || type === 'null') return undefined;
  const family = type.startsWith('list') ? 'list' : type.startsWith('map') ? 'map' : type;
  if (family === 'bytes' || family === 'type' || family.endsWith('.Duration'))
    return `gives ${family.split('.').at(-1)!.toLowerCase()}, which has no form in JSON`;
  const isText = family === 'string' || family.endsWith('.Timestamp');
  switch (wanted) {
    case 'text':
      return isText ? undefined : `gives ${family} where text is needed; string(…) makes text of it`;
    case 'boolean':
    case 'condition':
      return family === 'bool'
        ? undefined
        : `gives ${family} where true or false is needed; a comparison does, such as record.status == "active"`;
    case 'map':
      return family === 'map' ? undefined : `gives ${family} where a map is needed`;
    case 'list':
    case 'values':
      return family === 'list'
        ? undefined
        : `gives ${family} where a list is needed; split(record.column, ";") makes one of text`;
    case 'part':
      return family === 'list' || family === 'map'
        ? `gives a ${family}, which cannot stand inside text`
        : undefined;
    case 'json':
      return undefined;
  }
}
