import { readChange } from './change.ts';
import { attributesOf, isNamed } from './attributes.ts';
import type { Entry, Fault } from './entry.ts';
import { physicalLine, readLines } from './lines.ts';
import type { Fetch, Line, Lines } from './lines.ts';
import type { Paragraph } from './paragraph.ts';

export interface Parsed {
  /** The physical line of its dn, or that on which it begins. */
  readonly line: number;
  /** What a version line says that stands above it. */
  readonly version: string | undefined;
  /** Absent where there is none, as below a version line that stands alone, and where none can be made out. */
  readonly entry: Entry | undefined;
  readonly faults: readonly Fault[];
  readonly lines: readonly Line[];
}

/** Takes a paragraph apart (RFC 2849's ldif-attrval-record and ldif-change-record). Nothing is thrown. */
export function parse(paragraph: Paragraph, fetch: Fetch): Parsed {
  const read = readLines(paragraph, fetch);
  const [head] = read.lines;
  const isVersion = head !== undefined && isNamed(head, 'version') && head.value?.form === 'text';
  const lines = isVersion ? read.lines.slice(1) : read.lines;
  const first = isVersion && lines.length > 0 ? lines[0]! : head;
  const line = first === undefined ? paragraph.line : physicalLine(paragraph, first.index);
  const version = isVersion ? head.value?.text.trim() : undefined;
  const known = { line, version, lines };
  if (paragraph.isTooLarge === true)
    return { ...known, entry: undefined, faults: [{ line, message: 'the entry is larger than 64 MB' }] };
  if (lines.length === 0) return { ...known, entry: undefined, faults: read.faults };
  const { entry, faults } = readEntry(paragraph, { lines, faults: read.faults });
  return { ...known, entry, faults };
}

interface Reading {
  readonly entry: Entry | undefined;
  readonly faults: readonly Fault[];
}

function readEntry(paragraph: Paragraph, { lines, faults }: Lines): Reading {
  const [dn, ...rest] = lines;
  const at = (line: Line) => physicalLine(paragraph, line.index);
  if (dn === undefined || !isNamed(dn, 'dn')) {
    const message = 'it does not begin with `dn:`';
    return {
      entry: undefined,
      faults: [{ line: dn === undefined ? paragraph.line : at(dn), message }, ...faults],
    };
  }
  // Two entries in one, most likely: a blank line is missing.
  const again = rest.find((line) => isNamed(line, 'dn'));
  if (again !== undefined) {
    const message = 'a second `dn:` stands in it, as if the blank line above were missing';
    return { entry: undefined, faults: [{ line: at(again), message }, ...faults] };
  }
  const name = dn.value?.text ?? '';
  const [next] = rest;
  if (next !== undefined && (isNamed(next, 'changetype') || isNamed(next, 'control'))) {
    const change = readChange(name, rest);
    if (!('message' in change)) return { entry: change, faults };
    return { entry: undefined, faults: [{ line: at(change.line), message: change.message }, ...faults] };
  }
  const dash = rest.find((line) => line.name === '-');
  if (dash === undefined)
    return { entry: { kind: 'content', dn: name, attributes: attributesOf(rest) }, faults };
  const message = 'a line that is only `-` stands outside of a change record';
  return { entry: undefined, faults: [{ line: at(dash), message }, ...faults] };
}
