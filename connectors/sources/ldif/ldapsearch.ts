import type { Line } from './lines.ts';
import type { Comment } from './paragraph.ts';

/**
 * What ldapsearch says of its own search beside the entries (OpenLDAP, clients/tools/ldapsearch.c; 389-ds ships the same).
 * Without -L: a block `search: 2`, `result: 0 Success`, perhaps `matchedDN:`, `text:`, `ref:`, `control:`, and above each
 * continuation reference a block of `ref:` lines. With -L the blocks are left out and references are comments (`# refldap://…`,
 * without a colon). `# LDAPv3` near the top and `# numResponses:` at the end are written without -LL, or not at all.
 */
export class SearchReport {
  #announced: number | undefined;
  #counted = false;
  #entriesBefore = 0;
  #references: string[] = [];
  #referenceCount = 0;
  readonly #reasons: string[] = [];

  /** `entries`: how many stood before it. */
  comment({ line, text }: Comment, entries: number): void {
    if (text.startsWith('# num')) this.#number(line, text, entries);
    else if (/^# LDAPv\d\s*$/.test(text)) this.#announce(line);
    else if (/^# ?ref:? ?ldap[si]?:\/\//i.test(text)) this.#refer(text.replace(/^# ?ref:? ?/i, ''));
  }

  /** Takes a paragraph that is not an entry. False where it is no part of the report. */
  block(lines: readonly Line[], line: number): boolean {
    const [first] = lines;
    if (first === undefined || !BEGINS.has(first.name.toLowerCase())) return false;
    if (!lines.every(({ name }) => BELONGS.has(name.toLowerCase()))) return false;
    for (const { name, value } of lines) {
      const text = value?.text ?? '';
      if (name.toLowerCase() === 'ref') this.#refer(text);
      else if (name.toLowerCase() === 'result' && !/^0(\s|$)/.test(text)) this.#result(line, text, lines);
    }
    return true;
  }

  /** Whether its beginning was seen and its end was not. */
  get isOpen(): boolean {
    return this.#announced !== undefined && !this.#counted;
  }

  /** Every reason why entries may be missing. */
  reasons(): readonly string[] {
    const cut =
      this.#announced === undefined || this.#counted
        ? []
        : [
            `ldapsearch began its report on line ${this.#announced} and did not end it with \`# numResponses:\`, so the export looks cut`,
          ];
    return [...this.#reasons, ...cut, ...this.#referenceReasons()];
  }

  #announce(line: number): void {
    this.#announced ??= line;
    this.#counted = false;
  }

  #number(line: number, text: string, entries: number): void {
    if (/^# numResponses: \d+\s*$/.test(text)) this.#counted = true;
    const claimed = /^# numEntries: (\d{1,15})\s*$/.exec(text)?.[1];
    if (claimed === undefined) return;
    const stand = entries - this.#entriesBefore;
    this.#entriesBefore = entries;
    if (Number(claimed) !== stand)
      this.#reasons.push(
        `ldapsearch says on line ${line} that it found ${claimed} entries, and ${stand} stand before it`,
      );
  }

  #result(line: number, text: string, lines: readonly Line[]): void {
    const more = lines.find(({ name }) => name.toLowerCase() === 'text')?.value?.text;
    const said = [text, ...(more === undefined ? [] : [more])].map((part) => part.slice(0, 120)).join(', ');
    const hint = HINTS[/^\d+/.exec(text)?.[0] ?? ''];
    this.#reasons.push(
      `the search ended with ${JSON.stringify(said)} (line ${line})${hint === undefined ? '' : `: ${hint}`}`,
    );
  }

  #refer(url: string): void {
    this.#referenceCount += 1;
    if (this.#references.length < NAMED) this.#references.push(url.slice(0, 120));
  }

  #referenceReasons(): readonly string[] {
    const count = this.#referenceCount;
    if (count === 0) return [];
    const more = count > NAMED ? ` and ${count - NAMED} more` : '';
    const where = `${this.#references.join(', ')}${more}`;
    return [
      `the server refers to ${count === 1 ? 'another place, which was' : `${count} other places, which were`} not searched: ${where}`,
    ];
  }
}

/** Whether the comment that begins here may be one of ldapsearch's: above each entry stands one that is not. */
export function isTelling(text: string, start: number): boolean {
  return TELLING.some((word) => text.startsWith(word, start));
}

const TELLING = ['# num', '# LDAPv', '# ref', '#ref'];
const NAMED = 3;
const BEGINS: ReadonlySet<string> = new Set(['search', 'result', 'ref']);
const BELONGS: ReadonlySet<string> = new Set([...BEGINS, 'matcheddn', 'text', 'control', 'pagedresults']);

/** What a person can do about a result (the codes are those of RFC 4511, appendix A). */
const HINTS: Readonly<Record<string, string>> = {
  3: 'the time limit was exceeded, so entries are missing',
  4: 'the size limit was exceeded, so entries are missing; search in pages (`-E pr=1000/noprompt`)',
  10: 'the entries are on another server',
  11: 'a limit of the server was exceeded, so entries are missing',
};
