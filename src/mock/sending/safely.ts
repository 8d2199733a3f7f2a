import type { ServerResponse } from 'node:http';
import type { ServiceDescription } from '../description.ts';
import type { Entry } from '../journal/journal.ts';
import type { Answer } from '../protocol/exchange.ts';
import { refusalOf } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import { send } from './send.ts';

/** Who answers for a service, in its words. */
export interface Speaker {
  readonly service: ServiceDescription;
  refused(refusal: Refusal): Answer;
}

/** For what happens after the framework has let go of a request: whatever is thrown is answered, or the connection ends. */
export function safely(
  speaker: Speaker,
  entry: Entry | undefined,
  raw: ServerResponse,
  act: () => void,
): void {
  try {
    act();
  } catch (error) {
    if (raw.headersSent || raw.destroyed) raw.destroy();
    else trySend(speaker, entry, raw, error);
  }
}

function trySend(speaker: Speaker, entry: Entry | undefined, raw: ServerResponse, error: unknown): void {
  try {
    send(raw, speaker.refused(refusalOf(error)), speaker.service.media.answers, entry);
  } catch {
    raw.destroy();
  }
}
