import { parseArgs } from 'node:util';

export const PARTS = [
  'plan',
  'sync',
  'unchanged',
  'changed',
  'ldif',
  'json',
  'help',
  'mock',
  'trail',
  'page',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  /** One size, or several of them, each ten times the one before. */
  readonly sizes: readonly number[];
  readonly parts: ReadonlySet<Part>;
  readonly rounds: number | undefined;
  /** Another checkout, which is measured in turns with this one. */
  readonly against: string | undefined;
  readonly seed: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export const HELP = `npm run bench -- [PEOPLE] [options]

Measures Rollcall on a company of so many people (100,000 if not given) against a mock Cosmo on this machine.

  --only PARTS     of ${PARTS.join(', ')}; separated by commas
                   unchanged, ldif and json need a state in which everybody has an account: it comes from a first sync
                   over HTTP where sync or changed is asked for as well, and is otherwise filled without a request, by
                   the same sync to a target in its own process (1,000,000 people: minutes instead of a quarter of an hour)
                   page needs a Chromium, and is left out without one
  --scale          at 10,000, 100,000 … up to PEOPLE (1,000,000 if not given), and whether time grows in a straight
                   line; only plan and unchanged, unless --only says otherwise
  --against FOLDER another checkout of the project, in which npm ci and npm run build have been run: its program is
                   measured in turns with this one's, on the same people, each with a mock and a state of its own (A B,
                   B A, A B …; 5 rounds if --rounds says nothing). Costs may be 1.10 times the other's, rates 0.90
                   times; of each the median of the ratios counts, round by round. Where their spread is on both sides
                   of the bound, or wider than a tenth and near it, nothing is decided: measure more rounds, which make
                   it narrower. On a machine that is busy CPU seconds decide, and what a clock on the wall says is told
  --rounds NUMBER  how often what is compared is measured in turns; 3 if not given, and above 200,000 people
                   1, but for what is measured on a sample
  --seed NUMBER    of everything that is left to chance
  --json           one document on stdout
  --quiet          without a word of what it is doing
`;

/** Throws an `Error` with a sentence where the command line says something else than it may. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      scale: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      against: { type: 'string' },
      seed: { type: 'string', default: '20260301' },
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { scale, json, quiet } = values;
  if (positionals.length > 1) throw new Error('one number of people, please');
  const people = whole('PEOPLE', positionals[0] ?? (scale ? '1000000' : '100000'), 100, 10_000_000);
  return {
    sizes: scale ? sizesUpTo(people) : [people],
    parts: partsOf(values.only, scale ? ['plan', 'unchanged'] : PARTS),
    rounds: values.rounds === undefined ? undefined : whole('--rounds', values.rounds, 1, 100),
    against: values.against,
    seed: whole('--seed', values.seed, 0, 2 ** 31),
    json,
    quiet,
  };
}

function sizesUpTo(people: number): readonly number[] {
  const sizes = [people];
  while (sizes[0]! >= 100_000) sizes.unshift(Math.round(sizes[0]! / 10));
  return sizes;
}

function partsOf(only: string | undefined, otherwise: readonly Part[]): ReadonlySet<Part> {
  if (only === undefined) return new Set(otherwise);
  const wanted = only.split(',').map((word) => {
    const part = PARTS.find((one) => one === word.trim());
    if (part === undefined) throw new Error(`--only knows ${PARTS.join(', ')}, and not “${word}”`);
    return part;
  });
  return new Set(wanted);
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text.replaceAll(/[,_]/g, ''));
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${name} has to be a whole number from ${least} to ${most}, and not “${text}”`);
}
