import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';
import { print } from './terminal.ts';
import { treeOf } from './tree.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** The script is whole by itself: a shell that completes starts no program. */
export async function run(_: object, shell: keyof typeof scripts): Promise<number> {
  await print([scripts[shell](treeOf())], '');
  return 0;
}
