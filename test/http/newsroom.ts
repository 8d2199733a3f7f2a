import { utimesSync } from 'node:fs';
import { expect } from 'vitest';
import { takeEvent } from '../../src/store/events.ts';
import type { ToldEvent } from '../../src/store/events.ts';
import { openState } from '../../src/store/state.ts';
import { bearer, openOffice } from './office.ts';

export const told = bearer('events');
const now = Date.now();
/** By one clock: however slow the tests are, what is told in one of them stays in order. */
export const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();

/** An office whose file of people was written an hour ago, and ways to tell of something and wait until it is done. */
export async function newsroom(...given: Parameters<typeof openOffice>) {
  const office = await openOffice(...given);
  const { ask, path, daemon } = office;
  const age = (seconds: number): void => {
    const then = new Date(Date.now() - seconds * 1000);
    utimesSync(path('people.csv'), then, then);
  };
  age(3600);
  const eventAt = async (location: string) => (await ask('GET', location, undefined, told)).body;
  const over = async (location: string): Promise<void> => {
    await expect
      .poll(async () => (await eventAt(location))['state'], { interval: 20, timeout: 10_000 })
      .not.toBe('accepted');
    await daemon.idle();
  };
  const tell = async (event: object) => {
    const answer = await ask('POST', '/v1/events', event, told);
    const location = String(answer.headers['location']);
    if (answer.status === 202) await over(location);
    await daemon.idle();
    return { ...answer, after: () => eventAt(location) };
  };
  /** Writes events down as they are written while a run is under way, and carries nothing out. */
  const accept = (events: readonly Told[]): void => {
    const state = openState(path('rollcall.db'), true);
    try {
      for (const { record, ...event } of events) {
        const fields = record && (JSON.parse(JSON.stringify({ ...record, id: event.key })) as typeof record);
        takeEvent(
          state,
          { source: 'source', ...event, at: Date.parse(event.at), ...(fields && { record: fields }) },
          { actor: 'test', now: Date.now(), judge: () => undefined },
        );
      }
    } finally {
      state.close();
    }
  };
  /** Carries out what was accepted, all of it at once; gives what became of each. */
  const carryOut = async (events: readonly Told[]) => {
    await daemon.deliver();
    for (const { id } of events) await over(`/v1/events/${id}`);
    return Promise.all(events.map(({ id }) => eventAt(`/v1/events/${id}`)));
  };
  const together = (...events: readonly Told[]) => {
    accept(events);
    return carryOut(events);
  };
  return { ...office, age, tell, accept, carryOut, together };
}

export type Told = Pick<ToldEvent, 'id' | 'key' | 'kind' | 'record'> & { readonly at: string };
