import type { Style } from '../../reports/style.ts';
import type { Check } from './judge.ts';
import { paragraphs, wrapped } from './page.ts';
import type { Ended } from './workplace.ts';

const columns = 80;
const shown = 10;

/** Tells the story to a person, line by line. */
export interface Narrator {
  title(text: string): void;
  say(text: string): void;
  /** A command and what it really printed. */
  command(args: readonly string[], ended: Ended): void;
  checks(checks: readonly Check[]): void;
  /** Lines to type. */
  lines(lines: readonly string[]): void;
}

export function narrator(write: (text: string) => void, style: Style): Narrator {
  const print = (lines: readonly string[]): void => write(lines.map((line) => `${line}\n`).join(''));
  const bar = style('dim', '│ ');
  return {
    title: (text) => print([style('bold', text), style('dim', '─'.repeat(columns)), '']),
    say: (text) => print(paragraphs(text, columns)),
    command(args, { stdout, stderr }) {
      const output = `${stdout}${stderr}`.trimEnd().split('\n');
      print([
        style('bold', `$ rollcall ${args.join(' ')}`),
        ...output.flatMap((line) => wrapped(line, columns - 2, 4)).map((line) => (bar + line).trimEnd()),
        '',
      ]);
    },
    checks: (checks) => print([...checks.flatMap((check) => checkLines(check, style)), '']),
    lines: (lines) => print([...lines.map((line) => `  ${line}`), '']),
  };
}

/** What holds in a line, and what does not with what was found instead. */
export function checkLines({ ok, says, found }: Check, style: Style): readonly string[] {
  const head = ok ? `  ${style('green', '✓')} ${says}` : `  ${style('red', '✗')} not as told: ${says}`;
  const more = found.length > shown ? [`      … and ${found.length - shown} more`] : [];
  return [
    ...wrapped(head, columns, 2),
    ...found.slice(0, shown).flatMap((one) => wrapped(`      ${one}`, columns, 2)),
    ...more,
  ];
}
