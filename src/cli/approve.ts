import { KINDS, RollcallError } from '../model/index.ts';
import type { Held, Kind } from '../model/index.ts';
import { chosenTargets } from '../engine/build.ts';
import { targetRow } from '../store/accounts.ts';
import { approve, heldKinds } from '../store/approvals.ts';
import type { State } from '../store/state.ts';
import { withState } from '../store/state.ts';
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
  const [chosen] = chosenTargets(configuration, [name]);
  const kinds = only === undefined ? undefined : kindsOf(only);
  const keys = options.keys === undefined ? undefined : await keysInFile(options.keys, '--keys');
  return withState(configuration.state, false, async (state) => {
    const row = targetRow(state, name, chosen!.renamedFrom);
    if (row === undefined)
      throw new RollcallError('usage', {
        message: `${name} was never synced, so nothing of it is held`,
        hint: 'rollcall sync holds what a limit stops, and shows the checksum',
      });
    refuseUnknown(state, row.id, name, checksum);
    const held = approve(state, {
      target: row.id,
      name,
      checksum,
      ...(kinds && { kinds }),
      ...(keys && { keys }),
      actor: actor(),
      now: Date.now(),
    });
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
  });
}

const whole = /^[0-9a-f]{64}$/i;
/** As short as `approve` itself takes it: what is shorter, or no checksum, is told by its own words. */
const part = /^[0-9a-f]{12,63}$/i;

/**
 * A part of a checksum is known by what it begins: where nothing that is held begins with it, it is mistyped or out of
 * date. A whole one may be of a plan that was only looked at, which is why `plan` shows it as a whole.
 */
export function refuseUnknown(state: State, target: number, name: string, checksum: string): void {
  if (whole.test(checksum) || !part.test(checksum)) return;
  const held = heldKinds(state, target);
  if (held.some((one) => one.checksum.startsWith(checksum.toLowerCase()))) return;
  throw new RollcallError('usage', {
    message: [`nothing that is held on ${name} has the checksum ${checksum}`, ...heldLines(held)].join('\n'),
    hint: 'of a plan that was looked at and never synced, give the whole checksum, as rollcall plan shows it',
  });
}

function heldLines(held: readonly Held[]): readonly string[] {
  if (held.length === 0) return ['nothing at all is held there at the moment'];
  return held.map(({ kind, count, checksum }) => `held: ${kind} ${count}, ${checksum.slice(0, 16)}`);
}

function kindsOf(text: string): readonly Kind[] {
  return chosenOf(text, { option: '--only', what: 'kind', all: KINDS });
}
