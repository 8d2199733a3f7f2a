import { RollcallError } from '../model/index.ts';
import { rekey } from '../store/rekey.ts';
import { withState } from '../store/state.ts';
import { actor, wire } from './engine.ts';
import { print } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions, old: string, now: string): Promise<number> {
  for (const key of [old, now])
    if (key === '' || key.trim() !== key)
      throw new RollcallError('usage', {
        message: `"${key}" is no key: a key is not empty, and has no space before or after it`,
      });
  if (old === now)
    throw new RollcallError('usage', {
      message: 'the two keys are the same',
      hint: 'the key that the person had, and then the one that they have now',
    });
  const { configuration } = await wire(options, false);
  return withState(configuration.state, false, async (state) => {
    const links = rekey(state, { old, now, actor: actor(), at: Date.now() });
    if (options.json) await print([JSON.stringify({ old, new: now, links })]);
    else
      await print([
        `${now} is now the key of the person who was ${old}; links moved: ${links.join(', ') || 'none'}`,
      ]);
    return 0;
  });
}
