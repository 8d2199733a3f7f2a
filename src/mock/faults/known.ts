import { failures, playedBy } from './failures.ts';
import { effects } from './table.ts';
import { details, manner, which } from './words.ts';
import type { Word } from './words.ts';

/** One word of a fault, for whoever looks for one. */
export interface KnownWord {
  readonly name: string;
  /** With what may stand behind it: `huge[=BYTES]`. */
  readonly form: string;
  readonly role: 'effect' | 'which' | 'manner' | 'detail';
  readonly value: string;
  readonly says: string;
  /** The failures of the list that it plays. */
  readonly failures: readonly number[];
  /** None for what is the mock's own. */
  readonly sources: readonly string[];
}

/** Every word that a fault may have, effects first. */
export function knownWords(): readonly KnownWord[] {
  const of = (role: KnownWord['role'], table: Readonly<Record<string, Word>>) =>
    Object.entries(table).map(([name, { takes, says, sources = [] }]) => ({
      name,
      form: name + takes.shown,
      role,
      value: takes.says,
      says,
      failures: role === 'effect' ? playedBy(name) : [],
      sources,
    }));
  return [...of('effect', effects), ...of('which', which), ...of('manner', manner), ...of('detail', details)];
}

const heads: Readonly<Record<KnownWord['role'], string>> = {
  effect: 'What happens',
  which: 'To which requests, and how often',
  manner: 'How',
  detail: 'What an error says',
};

/** Everything that `--fault` takes, as lines for a terminal. */
export function faultHelp(): readonly string[] {
  const all = knownWords();
  const lines = ['A fault is words with a comma between them: status=500,method=POST,count=3'];
  for (const [role, head] of Object.entries(heads)) {
    lines.push('', head);
    for (const { form, says } of all.filter((one) => one.role === role)) lines.push(...entry(form, says));
  }
  lines.push('', ...wrapped(ON_BULK, ''));
  lines.push('', 'Failures that were seen in the field, and what brings them about');
  for (const { number, what, ways, note } of failures) {
    lines.push(`  ${String(number).padStart(2)}  ${what}`);
    for (const way of ways) lines.push(`      ${way.map((fault) => `--fault '${fault}'`).join(' ')}`);
    if (note !== undefined) lines.push(`      (${note})`);
  }
  return lines;
}

const WIDTH = 76;
const ON_BULK =
  'Of a bulk request, each operation is struck by the faults that are for such an operation, and not for the request ' +
  'itself. What takes time, or befalls the connection, the bytes or the ids, strikes no single operation.';

function entry(form: string, says: string): readonly string[] {
  return [`  ${form}`, ...wrapped(says, '      ')];
}

function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => indent + one);
}

/** The effects as a table for docs/mock.md: fault, what a client sees, the failures of the list. */
export function faultTable(): string {
  return table(
    ['fault', 'what a client sees', 'plays'],
    knownWords()
      .filter(({ role }) => role === 'effect')
      .map(({ form, says, failures: numbers }) => [code(form), escaped(says), numbers.join(', ')]),
  );
}

/** The other words as a table for docs/mock.md. */
export function wordTable(): string {
  return table(
    ['word', 'meaning'],
    knownWords()
      .filter(({ role }) => role !== 'effect')
      .map(({ form, says }) => [code(form), escaped(says)]),
  );
}

/** The failures as a table for docs/mock.md, each with the faults that bring it about. */
export function failureTable(): string {
  return table(
    ['', 'what happens to a client', 'how the mock plays it'],
    failures.map(({ number, what, ways, note }) => {
      const played = ways.map((way) => way.map(code).join(' with ')).join('; ');
      return [String(number), what, [played, note].filter((part) => part).join(' — ')];
    }),
  );
}

/** Columns as wide as their widest cell, as Prettier has them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n') + '\n';
}

function code(text: string): string {
  return `\`${escaped(text)}\``;
}

/** A bar would end the cell. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
