import { explain } from '../engine/explain.ts';
import { explainText, explainView } from '../reports/explain.ts';
import { wire } from './engine.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions, key: string, name?: string): Promise<number> {
  const { engine } = await wire(options, false);
  const names = name === undefined ? [] : [name];
  return endOnSignal(() =>
    explain(engine, key.trim().normalize('NFC'), names, async (person) => {
      if (options.json) await print([JSON.stringify(explainView(person))]);
      else await print(explainText(person, styleOf(options)));
      return 0;
    }),
  );
}
