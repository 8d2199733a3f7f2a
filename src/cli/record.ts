import { RollcallError } from '../model/index.ts';
import type { Source } from '../model/index.ts';

/** Nobody has this key: an error, because somebody was asked for. */
export function unknownKey(key: string, { file }: Source): RollcallError {
  return new RollcallError('notFound', {
    message: `no record has the key ${JSON.stringify(key)}`,
    locus: { file },
    hint: 'a key is written as `source.key` of the configuration makes it: rollcall check --offline --sample 5 shows some',
  });
}
