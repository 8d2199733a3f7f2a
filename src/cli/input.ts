import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RollcallError } from '../model/index.ts';
import type { Problem, Receipt, Source, SourceRecord } from '../model/index.ts';
import { openScratch, scratchError } from '../store/scratch.ts';
import { ofOption } from './trouble.ts';

/** A file of changes, and how people are told of it. */
export interface Input {
  readonly path: string;
  readonly label?: string;
}

const STANDARD_INPUT = 'standard input';

/** The file that `--input` names; what comes on stdin is written down first, since a source may be read twice. */
export async function inputOf(name: string): Promise<Input> {
  if (name !== '-') return { path: resolve(name) };
  const { folder } = openScratch();
  const path = join(folder, 'input');
  try {
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    throw scratchError(error);
  }
  return { path, label: STANDARD_INPUT };
}

/** A problem with the place under the name that people know it by. */
export function labelledProblem(given: Problem, { path, label }: Input): Problem {
  const problem = ofOption(given, '--input');
  if (label === undefined) return problem;
  const { locus } = problem;
  const message = problem.message.replaceAll(path, label);
  return {
    ...problem,
    message,
    ...(locus && { locus: locus.file === path ? { ...locus, file: label } : locus }),
  };
}

/** The source under the name that people know it by. */
export function labelled(source: Source, input: Input): Source {
  const file = input.label ?? source.file;
  return {
    ...source,
    file,
    async *read(...names): AsyncGenerator<readonly SourceRecord[], Receipt> {
      try {
        const reading = source.read(...names);
        for (;;) {
          const step = await reading.next();
          if (step.done) return { ...step.value, file };
          yield step.value;
        }
      } catch (error) {
        if (!(error instanceof RollcallError)) throw error;
        throw new RollcallError(
          error.code,
          error.problems.map((problem) => labelledProblem(problem, input)),
          { cause: error },
        );
      }
    },
  };
}
