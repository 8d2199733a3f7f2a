import { isObject } from '../../../src/model/index.ts';
import type { Element, SourceRecord } from '../../../src/model/index.ts';
import { findFault } from './fault.ts';
import { countMembers, holds, parseExactly, repeatedNames } from './parse.ts';
import { DEEPEST } from './slice.ts';
import type { Slice } from './slice.ts';

interface Parsed {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly defect: string | undefined;
}

/**
 * One value of the list. It is parsed when somebody asks for what is in it.
 *
 * Its text is the slice of the file. The digest of it decides only whether the record is looked at again, so a file
 * that orders its names otherwise than yesterday costs a second mapping of its records, with the same result; what
 * is different has different text in any case.
 */
export class JsonRecord implements SourceRecord {
  readonly #slice: Slice;
  readonly file?: string;
  #parsed: Parsed | undefined;

  /** `file`: where the source has several. */
  constructor(slice: Slice, file: string | undefined) {
    this.#slice = slice;
    if (file !== undefined) this.file = file;
  }

  get line(): number {
    return this.#slice.line;
  }

  get defect(): string | undefined {
    return this.#content().defect;
  }

  text(): string {
    const { text, raw } = this.#slice;
    // No JSON begins with a NUL, so that what is not UTF-8 never reads like what is.
    return raw === undefined ? text : `\0${raw}`;
  }

  field(name: string, element?: Element): string | undefined {
    const { fields } = this.#content();
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return element === undefined ? single(value) : elementOf(value, element);
  }

  fields(): Readonly<Record<string, unknown>> {
    return this.#content().fields;
  }

  #content(): Parsed {
    return (this.#parsed ??= parse(this.#slice));
  }
}

/** A whole number or a truth value has one spelling as text, and a number with a fraction has several. */
export function single(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

export function elementOf(list: unknown, element: Element): string | undefined {
  if (!Array.isArray(list)) return undefined;
  const items: readonly unknown[] = list;
  if (element === 'first') return single(items[0]);
  return single(items.find((item) => item !== null && (typeof item !== 'string' || item.trim() !== '')));
}

function parse(slice: Slice): Parsed {
  if (slice.deepest > DEEPEST) {
    return { fields: {}, defect: `objects and lists are nested more than ${DEEPEST} deep` };
  }
  let value: unknown;
  try {
    value = parseExactly(slice.text);
  } catch {
    return { fields: {}, defect: describeFault(slice) };
  }
  if (!isObject(value)) return { fields: {}, defect: `the record is ${kindOf(value)} and not an object` };
  return withoutDoubt(slice, value);
}

/**
 * Where something in a record is in doubt, only members that hold nothing of it are given: a key out of the wrong
 * member would name the wrong person, whereas a key that cannot be read makes nobody a leaver (rule 2).
 */
function withoutDoubt(slice: Slice, value: Record<string, unknown>): Parsed {
  const repeated = countMembers(value) === slice.members ? [] : repeatedNames(slice.text);
  const members = new Set(repeated.map(({ member }) => member));
  const sentences = repeated.slice(0, 5).map(({ name, member }) => {
    const where = name === member ? '' : ` inside ${quoted(member)}`;
    return `the name ${quoted(name)} stands more than once in one object${where}`;
  });
  for (const { sentence, isUnfit, applies } of UNFIT) {
    if (!applies(slice)) continue;
    const unfit = Object.keys(value).filter((name) => isUnfit(name) || holds(value[name], isUnfit));
    if (unfit.length === 0) continue;
    sentences.push(`${unfit.slice(0, 5).map(quoted).join(', ')} ${sentence}`);
    for (const name of unfit) members.add(name);
  }
  if (sentences.length === 0) return { fields: value, defect: undefined };
  const sure = Object.entries(value).filter(([name]) => !members.has(name));
  return { fields: Object.fromEntries(sure), defect: [...new Set(sentences)].join('; ') };
}

/** Texts that cannot be kept and sent as they are; whether a record has one is asked only where it can. */
const UNFIT: readonly {
  readonly sentence: string;
  readonly applies: (slice: Slice) => boolean;
  readonly isUnfit: (text: string) => boolean;
}[] = [
  {
    sentence: 'holds bytes that are not UTF-8',
    applies: ({ raw }) => raw !== undefined,
    isUnfit: (text) => text.includes('\ufffd'),
  },
  {
    sentence: 'holds a NUL, which no name has',
    applies: ({ text }) => text.includes('\\u0000'),
    isUnfit: (text) => text.includes('\0'),
  },
  {
    // RFC 8259 §8.2: what becomes of it is unpredictable, and two of them may become one.
    sentence: 'holds half of a character, an escaped surrogate without its other half',
    applies: ({ text }) => /\\u[dD][89a-fA-F]/.test(text),
    isUnfit: (text) => !text.isWellFormed(),
  },
];

/** The fault in the text of a value, with its line and column. */
export function describeFault({ text, line, column }: Slice): string {
  const fault = findFault(text);
  if (fault === undefined) return 'the record ends before it is whole';
  const before = text.slice(0, fault.offset);
  const lines = before.split('\n');
  const last = lines.at(-1)!.length;
  const at = lines.length === 1 ? column + last : last + 1;
  return `not JSON in line ${line + lines.length - 1}, column ${at}: ${fault.message}; ${fault.hint}`;
}

/** What a value is, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** In quotes, and not longer than a line. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
