import type { ServerResponse } from 'node:http';
import type { World } from '../world.ts';
import type { Entry } from './journal.ts';
import { refusalOf } from './refusals.ts';
import { send } from './send.ts';

/** For what happens after the framework has let go of a request: whatever is thrown is answered, or the connection ends. */
export function safely(world: World, entry: Entry | undefined, raw: ServerResponse, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (raw.headersSent || raw.destroyed) raw.destroy();
    else trySend(world, entry, raw, error);
  }
}

function trySend(world: World, entry: Entry | undefined, raw: ServerResponse, error: unknown): void {
  try {
    send(raw, world.refused(refusalOf(error)), world.service.media.answers, entry);
  } catch {
    raw.destroy();
  }
}
