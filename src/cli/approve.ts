import { KINDS, isBehind } from '../model/index.ts';
import type { Held, Kind } from '../model/index.ts';
import { approveOn } from '../engine/approve.ts';
import { actor, wire } from './engine.ts';
import { print } from './terminal.ts';
import { keysInFile } from './keys.ts';
import { chosenOf } from './chosen.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly only?: string;
  readonly keys?: string;
}

export async function run(options: Options, name: string, checksum: string): Promise<number> {
  // It names kinds here, and people elsewhere.
  const { only, ...rest } = options;
  const { configuration } = await wire(rest, false);
  const kinds = only === undefined ? undefined : kindsOf(only);
  const keys = options.keys === undefined ? undefined : await keysInFile(options.keys, '--keys');
  const request = { name, checksum, ...(kinds && { kinds }), ...(keys && { keys }), actor: actor() };
  const held = await approveOn(configuration, request, Date.now());
  if (options.json)
    await print([
      JSON.stringify({ target: name, checksum, held, ...(keys && { keys }), expiresInSeconds: 86_400 }),
    ]);
  else
    await print(
      held.length > 0
        ? held.map((one) => approvedText(name, one, keys?.length))
        : [
            `approved for 24 hours, once. Nothing that ${name} holds has this checksum: the next sync lets a plan through that has it.`,
          ],
    );
  return 0;
}

function approvedText(name: string, held: Held, people: number | undefined): string {
  const { kind, count } = held;
  const some = people === undefined ? String(count) : `${people} of ${count}`;
  const what = kind === 'target' || kind === 'source' ? kind : `${kind} ${some}`;
  const then = isBehind(held)
    ? 'It only waits for something else that is held, and goes with that: approve that.'
    : 'The next sync lets it through if its plan is still the same.';
  return `approved for 24 hours, once: ${what} on ${name}. ${then}`;
}

function kindsOf(text: string): readonly Kind[] {
  return chosenOf(text, { option: '--only', what: 'kind', all: KINDS });
}
