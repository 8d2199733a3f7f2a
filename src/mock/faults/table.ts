import type { Effect } from './effect.ts';
import { connection } from './effects/connection.ts';
import { contents } from './effects/contents.ts';
import { limits } from './effects/limits.ts';
import { lists } from './effects/lists.ts';
import { messages } from './effects/messages.ts';
import { sight } from './effects/sight.ts';
import { writes } from './effects/writes.ts';

/** Every fault that can be played, and in this order where one fault does several things. A new one is one more row. */
export const effects: Readonly<Record<string, Effect>> = {
  ...limits,
  ...sight,
  ...writes,
  ...lists,
  ...contents,
  ...messages,
  ...connection,
};
