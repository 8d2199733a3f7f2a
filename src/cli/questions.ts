import { createInterface } from 'node:readline';

/** Asks one question after the other; undefined where somebody would rather stop, by Ctrl-C or at the end of the input. */
export async function ask(
  questions: readonly string[],
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  terminal?: boolean,
): Promise<readonly string[] | undefined> {
  const asking = createInterface({ input, output, ...(terminal !== undefined && { terminal }) });
  let isOver = false;
  asking.on('SIGINT', () => asking.close());
  asking.on('close', () => (isOver = true));
  // Lines that are pasted at once wait here for their questions.
  const lines = asking[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      if (isOver) return undefined;
      asking.setPrompt(question);
      asking.prompt();
      const line = await lines.next();
      if (line.done) return undefined;
      answers.push(line.value.trim());
    }
    return answers;
  } finally {
    asking.close();
  }
}
