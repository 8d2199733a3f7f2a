import { randomBytes } from 'node:crypto';
import { KEY_BEGINS, hashOf } from '../http/keys.ts';
import { RollcallError, SCOPES } from '../model/index.ts';
import { chosenOf } from './chosen.ts';
import { print, say } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly name: string;
  readonly scope: string;
}

const bytes = 32;

/** Makes a key, and the line of the configuration that knows it. Nothing is written anywhere. */
export async function run(options: Options): Promise<number> {
  const { name } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name))
    throw new RollcallError('usage', {
      message: `--name ${JSON.stringify(name)} is no name of a key`,
      hint: 'letters, digits, -, _ and ., 64 at most, beginning with a letter or digit',
    });
  const scopes = chosenOf(options.scope, { option: '--scope', what: 'scope', all: SCOPES });
  const key = `${KEY_BEGINS}${randomBytes(bytes).toString('base64url')}`;
  const line = `- { name: ${name}, hash: ${hashOf(key)}, scopes: [${scopes.join(', ')}] }`;
  if (options.json) await print([JSON.stringify({ name, key, hash: hashOf(key), scopes })]);
  else {
    await print([key]);
    say(options, `\nIt is shown this once. Under http.keys of the configuration:\n\n    ${line}`);
  }
  return 0;
}
