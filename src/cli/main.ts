import { CommanderError } from 'commander';
import { describe } from './describe.ts';
import { guardStreams } from './streams.ts';

/** Runs one command line. The exit code is 0 to 4, or 130 and 143 for a signal. */
export async function main(argv: readonly string[]): Promise<void> {
  guardStreams();
  const program = describe();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 1;
    if (error.exitCode === 0 || !argv.includes('--json')) return;
    const message =
      error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
    process.stdout.write(`${JSON.stringify({ error: usageError(message) })}\n`);
  }
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
