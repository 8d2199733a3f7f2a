import { usersOf } from '../../directory/organisation.ts';
import type { Organisation, Shelf } from '../../directory/organisation.ts';
import { remove } from '../../directory/write.ts';
import { namedBy, somebody } from '../asked.ts';
import { someText } from '../bodies.ts';
import type { Asked, Earlier, Effect, Memory, Step } from '../effect.ts';
import * as takes from '../takes.ts';
import { Viewed, withResources } from '../views.ts';
import { numberOf } from '../words.ts';
import { statusAnswer } from './messages.ts';

const USER = takes.named('USER', 'a userName or an id');
/** Resources whose earlier state is remembered; beyond them the oldest is forgotten. */
const MOST = 10_000;

/** What of the directory can be seen, and when. */
export const sight: Readonly<Record<string, Effect>> = {
  hidden: {
    takes: takes.optional(USER),
    says: 'nobody, or not this person, is found by filter, list or id, and a create of the same userName gets 409 all the same',
    sources: ['https://github.com/Budibase/budibase/issues/19522'],
    when: 'after',
    bends: true,
    ask: (asked) => ({ exchange: { ...asked.exchange, organisation: hiding(asked) } }),
  },
  vanish: {
    takes: USER,
    says: 'the account is deleted behind the back of the client: 404, and it can be created again',
    sources: ['https://docs.github.com/en/rest/scim/scim'],
    when: 'after',
    bends: true,
    applies: ({ exchange, value }) => somebody(exchange.organisation, String(value)) !== undefined,
    ask: ({ exchange, value, now, service }) => {
      const { organisation } = exchange;
      const stored = somebody(organisation, String(value));
      if (stored)
        remove({ service, organisation, shelf: usersOf(organisation), now, base: exchange.base }, stored);
      return { exchange };
    },
  },
  lag: {
    takes: takes.milliseconds,
    says: 'reads are so far behind writes: whoever was created is not there yet, whoever was changed is as before, whoever was deleted still there',
    sources: ['https://github.com/jelhub/scimgateway/issues/168'],
    when: 'after',
    bends: true,
    ask: lagging,
  },
  memberLag: {
    takes: takes.milliseconds,
    says: 'a group that is to get a member who was created less than so long ago answers 404, or status=N',
    sources: ['https://github.com/jelhub/scimgateway/issues/168'],
    when: 'before',
    ownStatus: true,
    kinds: ['create', 'replace', 'patch'],
    applies: ({ exchange, shelf, value, now }) => {
      if (!shelf?.served.type.members) return false;
      const { resources } = usersOf(exchange.organisation);
      return someText(exchange.body, (text) => {
        const stored = resources.byId(text) ?? resources.byId(/value eq "([^"]+)"/i.exec(text)?.[1] ?? '');
        return stored !== undefined && stored.created > now - Number(value);
      });
    },
    answer: (asked) =>
      statusAnswer(asked, numberOf(asked.spec['status'], 404), 'There is no such member yet.'),
  },
};

function hiding({ exchange: { organisation }, shelf, value }: Asked): Organisation {
  if (value === true) {
    return withResources(organisation, (one) =>
      shelf === undefined || one === shelf ? new Viewed(one, { hides: () => true }) : undefined,
    );
  }
  const who = somebody(organisation, String(value));
  const people = usersOf(organisation);
  return withResources(organisation, (one) =>
    one === people && who ? new Viewed(one, { hides: (stored) => stored.id === who.id }) : undefined,
  );
}

function lagging(asked: Asked): Step {
  const { exchange, shelf, kind, memory, now } = asked;
  const lag = Number(asked.value);
  if (kind === 'list' || kind === 'read') {
    const organisation = withResources(exchange.organisation, (one) => before(one, memory, now, now - lag));
    return { exchange: { ...exchange, organisation } };
  }
  const stored = namedBy(asked);
  if (stored && shelf)
    remember(memory, { copy: { ...stored }, resources: shelf.resources, until: now + lag }, now);
  return { exchange };
}

/** A shelf as it was: without whoever came since `since`, and with the others as they were. */
function before(shelf: Shelf, { earlier }: Memory, now: number, since: number): Viewed {
  const copies = [...earlier.values()]
    .map((states) => states.find(({ until }) => until > now))
    .filter((state) => state !== undefined && state.resources === shelf.resources)
    .map((state) => state!.copy);
  const old = new Set(copies.map(({ id }) => id));
  return new Viewed(shelf, {
    hides: ({ id, created }) => created > since || old.has(id),
    copies: copies.filter(({ created }) => created <= since),
  });
}

function remember({ earlier }: Memory, state: Earlier, now: number): void {
  const { id } = state.copy;
  const states = (earlier.get(id) ?? []).filter(({ until }) => until > now).slice(-100);
  earlier.delete(id);
  earlier.set(id, [...states, state]);
  const [oldest] = earlier.keys();
  if (earlier.size > MOST && oldest !== undefined) earlier.delete(oldest);
}
