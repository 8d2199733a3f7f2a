import { RollcallError } from '../model/index.ts';

/** What an option names, with commas between, each once; throws for a word that there is not. */
export function chosenOf<T extends string>(
  text: string,
  { option, what, all }: { readonly option: string; readonly what: string; readonly all: readonly T[] },
): readonly T[] {
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  const unknown = words.filter((word) => !(all as readonly string[]).includes(word));
  if (unknown.length > 0)
    throw new RollcallError('usage', {
      message: `${option} ${unknown.join(', ')}: there is no such ${what}`,
      hint: `the ${what}s are ${all.join(', ')}`,
    });
  return words as T[];
}
