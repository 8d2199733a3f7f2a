import { RollcallError } from '../../../src/model/index.ts';
import type { Problem } from '../../../src/model/index.ts';
import type { Addition, Change, Content, Entry, Fault } from './entry.ts';
import type { Fetch } from './lines.ts';
import type { Unmet } from '../unmet.ts';
import { SearchReport } from './ldapsearch.ts';
import type { Names } from './names.ts';
import type { Comment, Paragraph } from './paragraph.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';
import { Pieces } from './pieces.ts';
import { plainText } from './plain.ts';
import { LdifRecord, textOf } from './record.ts';
import { withoutRanges } from './ranges.ts';
import type { Readable } from './record.ts';
import { BAD_BASE64 } from './spared.ts';

/** What a listing needs of the world around it. */
interface Surroundings {
  readonly fetch: Fetch;
  readonly warn: (problem: Problem) => void;
  readonly names: Names;
  readonly unmet: Unmet;
  /** Whether the file may say what becomes of entries, and not only what they are. */
  readonly takesChanges?: boolean;
}

/** An entry with all of its attributes. */
type Full = Content | Addition;

/** A paragraph, and what is known of the entry that it is. */
interface Found {
  readonly line: number;
  /** A sentence where it is not to be taken for one. */
  readonly content: Full | string | undefined;
  readonly faults: readonly Fault[];
  /** What tells it from others where it is defective. */
  readonly text: string;
  /** Whether the file ends in it. */
  readonly isCut?: boolean;
}

const TWO_FILES = 'an export and a list of changes are two files';
const NOTHING: Readable = { attributes: [] };
/** How many faults of an entry are told. */
const TOLD = 3;

/** What the paragraphs of a file amount to: entries, and what ldapsearch says of them. */
export class Listing {
  readonly #path: string;
  readonly #fetch: Fetch;
  readonly #warn: (problem: Problem) => void;
  readonly #names: Names;
  readonly #unmet: Unmet;
  readonly #takesChanges: boolean;
  readonly #isRead: (name: string) => boolean;
  readonly #report = new SearchReport();
  readonly #pieces = new Pieces();
  #waiting: LdifRecord[] = [];
  #count = 0;
  #isWarned = false;
  #cut: string | undefined;
  #endsBlank = true;
  /** Of all entries, as the first one says: a file of RFC 2849 has entries or changes, and not both. */
  #areAdditions: boolean | undefined;

  constructor(path: string, { fetch, warn, names, unmet, takesChanges = false }: Surroundings) {
    this.#path = path;
    this.#fetch = fetch;
    this.#warn = warn;
    this.#names = names;
    this.#unmet = unmet;
    this.#takesChanges = takesChanges;
    this.#isRead = (name) => names.isRead(name);
  }

  /** Entries so far, readable or not. */
  get count(): number {
    return this.#count;
  }

  /**
   * Whether a blank line stands below the last entry. RFC 2849 parts entries with one and asks for none at the end, where
   * OpenLDAP's ldapsearch and slapcat write one all the same and Perl's Net::LDAP::LDIF does not: of one file it proves
   * nothing, and of one that used to have it, it says that lines may be missing.
   */
  get endsBlank(): boolean {
    return this.#endsBlank;
  }

  /** Records that nobody took yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  take(): readonly LdifRecord[] {
    const records = this.#waiting;
    this.#waiting = [];
    return records;
  }

  comment(comment: Comment): void {
    this.#report.comment(comment, this.#count);
  }

  add(paragraph: Paragraph): void {
    this.#endsBlank = paragraph.end === 'blank';
    const record = this.#plain(paragraph) ?? this.#read(paragraph);
    if (record === undefined) return;
    this.#count += 1;
    this.#push(record);
  }

  /** To be called behind the last paragraph: what has waited for more of itself is not whole. */
  close(): void {
    for (const { line, dn, attributes: all } of this.#pieces.left()) {
      const { attributes, faults } = withoutRanges(all, line, this.#isRead);
      const content = { kind: 'content', dn, attributes } as const;
      this.#push(this.#judge({ line, content, faults, text: textOf({ dn, attributes: all }) }));
    }
  }

  #push(record: LdifRecord): void {
    this.#waiting.push(record);
    if (!this.#unmet.isSettled && record.defect === undefined) meetNames(this.#unmet, record.text());
  }

  /** To be called at the end: every reason why entries may be missing. Throws where there was nothing at all. */
  finish(cutter: {
    readonly terminated: boolean;
    readonly line: number;
    readonly isBlank: boolean;
  }): readonly string[] {
    const { terminated, line, isBlank } = cutter;
    if (isBlank) {
      throw new RollcallError('source', {
        message: 'the file is empty',
        locus: { file: this.#path },
        hint: 'an export that failed often leaves an empty file behind',
      });
    }
    const cut =
      this.#cut ?? (terminated ? undefined : `the last line, ${line}, does not end: the file looks cut`);
    return [...(cut === undefined ? [] : [cut]), ...this.#report.reasons()];
  }

  #plain(paragraph: Paragraph): LdifRecord | undefined {
    const { plain } = paragraph;
    if (this.#areAdditions === true) return undefined;
    const text = plain === undefined ? undefined : plainText(plain, paragraph.encoded);
    if (plain === undefined || text === undefined) return undefined;
    this.#areAdditions = false;
    return new LdifRecord(paragraph.line, text, this.#names);
  }

  /** `undefined` where it is no entry (a version line, a part of ldapsearch's report) or waits for more of itself. */
  #read(paragraph: Paragraph): LdifRecord | undefined {
    const parsed = parse(paragraph, this.#fetch);
    this.#checkVersion(parsed, paragraph.line);
    const { entry, faults, lines, line } = parsed;
    const inner = faults.length > 0 || paragraph.end !== 'blank' ? this.#endOf(paragraph, parsed) : undefined;
    if (lines.length === 0 && faults.length === 0) return undefined;
    if (entry === undefined && this.#report.block(lines, line)) return undefined;
    if (!paragraph.isAscii && faults.length === 0) this.#warnOfUtf8(line);
    const all = inner === undefined ? faults : [...faults, inner];
    if (this.#takesChanges && entry !== undefined && isChange(entry)) {
      const text = `\0${JSON.stringify(entry)}`;
      const defect = describe(undefined, all);
      const more = defect === undefined ? {} : { defect };
      return new LdifRecord(line, text, this.#names, { ...more, readable: '', change: entry });
    }
    const given = this.#contentOf(entry);
    const text = `${paragraph.text}${JSON.stringify([...(paragraph.spared ?? [])])}`;
    if (typeof given !== 'object') return this.#judge({ line, content: given, faults: all, text });
    const piece = this.#pieces.join({ ...given, line }, this.#isRead);
    if (!('dn' in piece)) return this.#judge({ line, content: given, faults: [...all, piece], text });
    const { attributes, faults: gaps } = withoutRanges(piece.attributes, piece.line, this.#isRead);
    if (gaps.length > 0 && all.length === 0 && this.#pieces.wait(piece)) {
      this.#count += 1;
      return undefined;
    }
    const content = { ...given, attributes };
    const isCut = inner !== undefined;
    return this.#judge({ line: piece.line, content, faults: [...all, ...gaps], text, isCut });
  }

  #judge({ line, content, faults, text, isCut = false }: Found): LdifRecord {
    if (typeof content === 'object' && faults.length > 0)
      this.#unmet.meetInPart(['dn', ...content.attributes.map(({ name }) => name), ...faults.map(nameOf)]);
    const defect = describe(content, faults);
    if (defect === undefined && typeof content === 'object')
      return new LdifRecord(line, textOf(content), this.#names);
    const readable = textOf(!isCut && typeof content === 'object' ? readableOf(content, faults) : NOTHING);
    // No other text begins with a NUL: what is defective never reads like what is not.
    return new LdifRecord(line, `\0${text}`, this.#names, { defect: defect ?? 'it is no entry', readable });
  }

  /** Remembers that the file looks cut in its last paragraph. */
  #endOf(paragraph: Paragraph, { lines, faults, line, entry }: Parsed): Fault | undefined {
    if (paragraph.end === 'blank') return undefined;
    const last = lines.at(-1);
    const isBadEnd = faults.some(
      ({ message, attribute }) => message === BAD_BASE64 && attribute === last?.name,
    );
    const how =
      isBadEnd && last !== undefined
        ? `inside the base64 of ${JSON.stringify(last.name)}`
        : paragraph.end === 'nothing'
          ? 'in the middle of a line'
          : entry?.kind === 'content' && entry.attributes.length === 0
            ? 'right after its dn'
            : this.#report.isOpen
              ? 'before ldapsearch has ended its report'
              : undefined;
    if (how === undefined) return undefined;
    this.#cut = `the file ends ${how}, in the entry of line ${line}: it looks cut`;
    return { line, message: `the file ends ${how}` };
  }

  /**
   * What an entry holds, or why it is not to be taken for an entry of an export. Windows' ldifde exports entries as
   * additions, so that the file can be imported as it is (Microsoft Knowledge Base 237677): where all are additions, they
   * are the content.
   */
  #contentOf(entry: Entry | undefined): Full | string | undefined {
    if (entry === undefined) return undefined;
    const { kind } = entry;
    if (kind !== 'content' && kind !== 'add')
      return `is a change record (${kind}), and this source is read as full content: \`mode: delta\` or \`--input\` takes changes`;
    if (this.#takesChanges) return entry;
    const isAddition = kind === 'add';
    this.#areAdditions ??= isAddition;
    if (this.#areAdditions === isAddition) return entry;
    return isAddition
      ? `is a change record (add), and the entries above are not: ${TWO_FILES}`
      : `has no \`changetype: add\`, which the entries above have: ${TWO_FILES}`;
  }

  #checkVersion({ version }: Parsed, line: number): void {
    if (version === undefined || version === '1') return;
    throw new RollcallError('source', {
      message: `the file says that it is LDIF of version ${JSON.stringify(version.slice(0, 40))}, and only version 1 is known`,
      locus: { file: this.#path, line },
      hint: 'RFC 2849 knows no other; export it again',
    });
  }

  #warnOfUtf8(line: number): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#warn({
      message:
        'the file holds UTF-8 outside of base64, which RFC 2849 does not allow; it is read as it stands',
      locus: { file: this.#path, line },
    });
  }
}

function nameOf({ attribute = '' }: Fault): string {
  return attribute;
}

function isChange(entry: Entry): entry is Change {
  return entry.kind !== 'content' && entry.kind !== 'add';
}

/** The text of a record has a line for each value. */
function meetNames(unmet: Unmet, text: string): void {
  const names = unmet.isCurious ? namesIn(text) : [...unmet.names].filter((name) => hasName(text, name));
  unmet.meet(names);
}

function* namesIn(text: string): Generator<string> {
  for (const [, name = ''] of text.matchAll(/^([^:\n]+):/gm)) yield name;
}

function hasName(text: string, name: string): boolean {
  return text.startsWith(`${name}:`) || text.toLowerCase().includes(`\n${name}:`);
}

/** What can be read: attributes with a value that cannot are left out as a whole (rule 3). */
function readableOf(entry: Full, faults: readonly Fault[]): Readable {
  if (faults.some(({ attribute }) => attribute === undefined)) return NOTHING;
  const bad = new Set(faults.map(({ attribute }) => attribute?.toLowerCase()));
  const attributes = entry.attributes.filter(({ name }) => !bad.has(name.toLowerCase()));
  return bad.has('dn') ? { attributes } : { dn: entry.dn, attributes };
}

function describe(content: Full | string | undefined, faults: readonly Fault[]): string | undefined {
  const sentences = [
    ...(typeof content === 'string' ? [content] : []),
    ...faults
      .slice(0, TOLD)
      .map(({ line, attribute, message }) =>
        attribute === undefined
          ? `line ${line}: ${message}`
          : `line ${line}: ${JSON.stringify(attribute)} ${message}`,
      ),
    ...(faults.length > TOLD ? [`${faults.length - TOLD} more faults`] : []),
  ];
  return sentences.length === 0 ? undefined : sentences.join('; ');
}
