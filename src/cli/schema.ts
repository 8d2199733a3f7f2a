import { configurationSchema } from '../configuration/index.ts';
import { print } from './terminal.ts';

export async function run(): Promise<number> {
  await print([JSON.stringify(configurationSchema(), null, 2)]);
  return 0;
}
