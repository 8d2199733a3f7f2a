import { CommanderError } from 'commander';
import { describe } from './describe.ts';
import { guardStreams, lostWords, outputFailure } from './streams.ts';

/** Runs one command line. The exit code is 0 to 4, or 130 and 143 for a signal. */
export async function main(argv: readonly string[]): Promise<void> {
  guardStreams();
  const program = describe();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 1;
    if (error.exitCode === 0) {
      await tellLost();
      return;
    }
    if (!argv.includes('--json')) return;
    const message =
      error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
    process.stdout.write(`${JSON.stringify({ error: usageError(message) })}\n`);
  }
}

/** Help is all the work that there was: where it could not be written, nothing was done. */
async function tellLost(): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  const failure = outputFailure();
  if (failure === undefined) return;
  process.stderr.write(`error: ${lostWords(failure)}\n`);
  process.exitCode = 1;
}

/** What commander guesses was meant stands on a line of its own, in brackets. */
function usageError(text: string): object {
  const [message, guess] = text.split('\n');
  const problem = {
    message,
    hint: guess?.replace(/^\((.*)\)$/, '$1') ?? '`rollcall --help` says what there is',
  };
  return { code: 'usage', ...problem, problems: [problem] };
}
