import { withTold } from '../../connectors/sources/compose/told.ts';
import { keepingOf, withTelling } from '../../src/configuration/index.ts';
import { authorityOf } from '../../src/configuration/told.ts';
import type { Configuration, Source } from '../../src/model/index.ts';
import { eventById, takeEvent } from '../../src/store/events.ts';
import type { State } from '../../src/store/state.ts';
import { takeUp, whyNotAccepted } from '../../src/wiring/take-up.ts';
import { openTellings } from '../../src/wiring/tellings.ts';
import { sourceOf } from './source.ts';
import type { Rows } from './source.ts';
import type { Telling, Tellings } from './told.ts';

/** What is to be read of a source, which may be older than what was told of its people. */
export interface Written {
  readonly at: number;
  readonly rows: Rows;
}

/** Whoever tells by events what happens, one after the other, and tells once more what was refused, as it is by then. */
export class Teller {
  readonly #tellings: Tellings;
  readonly #told = new Map<string, Telling>();
  #count = 0;

  constructor(tellings: Tellings) {
    this.#tellings = tellings;
  }

  post(state: State, rows: Rows, now: number, written: number): void {
    for (const [id, telling] of this.#told) {
      const event = eventById(state, id);
      if (event?.state === 'accepted') continue;
      this.#told.delete(id);
      const row = rows.get(telling.key);
      if (event?.state === 'refused' && row !== undefined && row.status !== 'left')
        this.#post(state, { ...telling, at: now, fields: { id: telling.key, ...row } }, now, written);
    }
    for (const telling of this.#tellings.all) this.#post(state, telling, now, written);
    this.#tellings.take(this.#tellings.all, new Set());
  }

  #post(state: State, telling: Telling, now: number, written: number): void {
    const { key, kind, at, fields } = telling;
    const id = `e${++this.#count}`;
    const event = { id, source: 'hr', key, kind, at, ...(fields && { record: fields }) };
    const judge = (): string | undefined => whyNotAccepted(state, event, written);
    takeEvent(state, event, { actor: 'simulation', now, judge });
    this.#told.set(id, telling);
  }
}

/** What was told and waits, as the daemon carries it out. */
export function eventsIn(state: State, configuration: Configuration, now: number) {
  const part = authorityOf(configuration);
  return { ...takeUp(state, configuration, part, now), configuration: withTelling(configuration, part) };
}

/** The source as it was written, with what was told since. */
export function sourceBeside(
  { at, rows }: Written,
  configuration: Configuration,
  state: State,
  now: number,
): Source {
  const { told, ended } = openTellings(state, configuration, now);
  const tellings = { ...told('hr')!, takenAt: () => Promise.resolve(at) };
  const { secrets } = keepingOf(configuration);
  return { ...withTold(sourceOf(rows, undefined), configuration.mapping.key, tellings, secrets), ended };
}
