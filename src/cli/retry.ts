import { RollcallError } from '../model/index.ts';
import { chosenTargets } from '../engine/build.ts';
import { count, plain } from '../reports/style.ts';
import { targetRow } from '../store/accounts.ts';
import { isKnownKey, retryFailed } from '../store/failures.ts';
import { withState } from '../store/state.ts';
import { actor, wire } from './engine.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions, name: string, key?: string): Promise<number> {
  const { configuration } = await wire(options, false);
  const [target] = chosenTargets(configuration, [name]);
  return withState(configuration.state, false, async (state) => {
    const row = targetRow(state, name, target!.renamedFrom);
    if (row === undefined)
      throw new RollcallError('usage', {
        message: `${name} was never synced, so nothing of it has failed`,
        hint: `rollcall status says how things stand`,
      });
    if (key !== undefined && !isKnownKey(state, key))
      throw new RollcallError('usage', {
        message: `nobody has the key ${key}`,
        hint: `rollcall failures ${name} names people and groups by their keys`,
      });
    const whose = key === undefined ? {} : { key };
    const retried = retryFailed(state, { target: row.id, name, ...whose, actor: actor(), now: Date.now() });
    if (options.json) await print([JSON.stringify({ target: name, ...whose, retried })]);
    else await print([told(name, key, retried, styleOf(options).commands(`rollcall sync ${name}`))]);
    return 0;
  });
}

function told(name: string, key: string | undefined, retried: number, next: string): string {
  const whose = key === undefined ? '' : ` for ${plain(key)}`;
  if (retried === 0) return `nothing${whose} has failed on ${name}: there is nothing to be sent again`;
  return `due now${whose} on ${name}: ${count(retried, 'operation')}. The next ${next} sends ${retried === 1 ? 'it' : 'them'}`;
}
