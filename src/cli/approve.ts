import { KINDS } from '../model/index.ts';
import type { Kind } from '../model/index.ts';
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
        ? held.map(
            ({ kind, count }) =>
              `approved for 24 hours, once: ${kind}${kind === 'target' || kind === 'source' ? '' : ` ${keys ? `${keys.length} of ${count}` : count}`} on ${name}. The next sync lets it through if its plan is still the same.`,
          )
        : [
            `approved for 24 hours, once. Nothing that ${name} holds has this checksum: the next sync lets a plan through that has it.`,
          ],
    );
  return 0;
}

function kindsOf(text: string): readonly Kind[] {
  return chosenOf(text, { option: '--only', what: 'kind', all: KINDS });
}
