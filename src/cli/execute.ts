import { RollcallError, formatLocus } from '../model/index.ts';
import type { Problem } from '../model/index.ts';
import { errorDocument } from '../reports/error.ts';
import { plain } from '../reports/style.ts';
import type { Style } from '../reports/style.ts';
import { keepNurserySmall } from './memory.ts';
import { lostWords, outputFailure } from './streams.ts';
import { styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

/** Runs a command and says what went wrong, if something did: as a sentence, or as JSON where that was asked for. */
export async function execute(options: GlobalOptions, command: () => Promise<number>): Promise<number> {
  keepNurserySmall();
  try {
    return told(options, await command());
  } catch (error) {
    tellError(options, error);
    // A plan that is not the one that was looked at is held, not broken.
    return error instanceof RollcallError && error.code === 'changed' ? 3 : 1;
  }
}

export function tellError(options: GlobalOptions, error: unknown): void {
  const known = error instanceof RollcallError ? error : undefined;
  const style = styleOf(options, process.stderr);
  if (options.json) process.stdout.write(`${JSON.stringify({ error: documentOf(error, style) })}\n`);
  else if (known) for (const problem of known.problems) process.stderr.write(problemText(problem, style));
  else
    process.stderr.write(
      `rollcall met something that it was not made for; please report it.\n${(error as Error).stack ?? String(error)}\n`,
    );
}

/** The run is over whether or not it could be told; that it could not is not kept quiet. */
function told(options: GlobalOptions, code: number): number {
  const failure = outputFailure();
  if (failure === undefined) return code;
  const message = lostWords(failure);
  const hint = 'the work itself is done: rollcall status says how things stand';
  process.stderr.write(problemText({ message, hint }, styleOf(options, process.stderr)));
  return code === 0 ? 4 : code;
}

function documentOf(error: unknown, style: Style): object {
  return error instanceof RollcallError
    ? errorDocument(error.code, error.problems, style)
    : errorDocument('internal', [{ message: (error as Error).message }], style);
}

/** What works and is not as it should be: on stderr, beside whatever is on stdout. */
export function tellWarning(options: GlobalOptions, problem: Problem): void {
  if (options.quiet) return;
  const style = styleOf(options, process.stderr);
  process.stderr.write(problemText(problem, style, style('yellow', 'warning')));
}

function problemText(
  { message, locus, hint }: Problem,
  style: Style,
  word: string = style('red', 'error'),
): string {
  const place = formatLocus(locus);
  const lines = message.split('\n').map(plain);
  const head = `${word}: ${place ? `${plain(place)}: ` : ''}${lines.join('\n       ')}\n`;
  return hint === undefined ? head : `${head}       ${style('dim', plain(style.commands(hint)))}\n`;
}
