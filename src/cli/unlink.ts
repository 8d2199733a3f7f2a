import { unlink } from '../engine/unlink.ts';
import { plain } from '../reports/style.ts';
import { actor, wire } from './engine.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions, target: string, key: string): Promise<number> {
  const { engine } = await wire(options, false);
  const command = `unlink ${target} ${key}`;
  const { remoteId, isActive } = unlink(engine, target, key, { command, actor: actor() });
  if (options.json) {
    await print([JSON.stringify({ target, key, remoteId, active: isActive })]);
    return 0;
  }
  const style = styleOf(options);
  const next = isActive
    ? `if they are to have an account there, the next sync looks for one: what it finds waits as a link for an approval, and where it finds none it makes one`
    : `they are not active in the source: the next sync does nothing for them, and the account stays on if it is on. ${style.commands('rollcall reconcile')} ${target} shows it as an orphan`;
  await print([
    `the account ${plain(remoteId)} on ${target} is nobody's now, and stays as it is; it was that of ${plain(key)}`,
    next,
  ]);
  return 0;
}
