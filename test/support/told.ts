import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

/** What a tool by hand was told, as `parseArgs` reads it. */
export function told<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>>['values'] {
  try {
    return parseArgs(config).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/**
 * A number of what a tool by hand is to do, 1 or more unless it is said otherwise: with none it would say that all is well,
 * having done nothing.
 */
export function wholeOf(text: string, name: string, least = 1): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  return refuse(`${name} ${text} is no whole number from ${least} on`);
}

/** Ends a tool by hand that cannot do what it was told. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
