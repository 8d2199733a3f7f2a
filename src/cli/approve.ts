import { KINDS, RollcallError } from '../model/index.ts';
import type { Kind } from '../model/index.ts';
import { chosenTargets } from '../engine/build.ts';
import { targetRow } from '../store/accounts.ts';
import { approve } from '../store/approvals.ts';
import { openState } from '../store/state.ts';
import { actor, wire } from './engine.ts';
import { print } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly only?: string;
}

export async function run(options: Options, name: string, checksum: string): Promise<number> {
  const { configuration } = await wire(options, false);
  chosenTargets(configuration, [name]);
  const kinds = options.only === undefined ? undefined : kindsOf(options.only);
  const state = openState(configuration.state, false);
  try {
    const row = targetRow(state, name);
    if (row === undefined)
      throw new RollcallError('usage', {
        message: `${name} was never synced, so nothing of it is held`,
        hint: 'rollcall sync holds what a limit stops, and shows the checksum',
      });
    const held = approve(state, {
      target: row.id,
      name,
      checksum,
      ...(kinds && { kinds }),
      actor: actor(),
      now: Date.now(),
    });
    if (options.json)
      await print([JSON.stringify({ target: name, checksum, held, expiresInSeconds: 86_400 })]);
    else
      await print(
        held.length > 0
          ? held.map(
              ({ kind, count }) =>
                `approved for 24 hours, once: ${kind}${kind === 'target' || kind === 'source' ? '' : ` ${count}`} on ${name}. The next sync lets it through if its plan is still the same.`,
            )
          : [
              `approved for 24 hours, once. ${name} holds nothing of this checksum at the moment: a plan that has it will go through.`,
            ],
      );
    return 0;
  } finally {
    state.close();
  }
}

function kindsOf(text: string): readonly Kind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !(KINDS as readonly string[]).includes(kind));
  if (unknown.length > 0)
    throw new RollcallError('usage', {
      message: `--only ${unknown.join(', ')}: there is no such kind`,
      hint: `the kinds are ${KINDS.join(', ')}`,
    });
  return kinds as Kind[];
}
