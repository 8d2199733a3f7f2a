import { OPERATIONS } from '../../description.ts';
import { belongings, groupsOf } from '../../directory/membership.ts';
import { somebody, usersOf } from '../../directory/organisation.ts';
import type { Organisation, Shelf } from '../../directory/organisation.ts';
import type { Stored } from '../../directory/stored.ts';
import { remove } from '../../directory/write.ts';
import { namedBy } from '../asked.ts';
import { someText } from '../bodies.ts';
import type { Asked, Effect, Memory, Step } from '../effect.ts';
import * as takes from '../takes.ts';
import { Viewed, withResources } from '../views.ts';
import { numberOf } from '../words.ts';
import { statusAnswer } from './messages.ts';

const USER = takes.named('USER', 'an id or a userName');

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
    arrive: ({ exchange, value, now, service }) => {
      const { organisation } = exchange;
      const stored = somebody(organisation, String(value));
      if (stored)
        remove({ service, organisation, shelf: usersOf(organisation), now, base: exchange.base }, stored);
      return undefined;
    },
  },
  lag: {
    takes: takes.milliseconds,
    says: 'reads are so far behind writes: whoever was created is not there yet, whoever was changed is as before, whoever was deleted still there',
    sources: ['https://github.com/jelhub/scimgateway/issues/168'],
    when: 'after',
    operations: OPERATIONS,
    bends: true,
    ask: lagging,
  },
  memberLag: {
    takes: takes.milliseconds,
    says: 'a group that is to get a member who was created less than so long ago answers 404, or status=N',
    sources: ['https://github.com/jelhub/scimgateway/issues/168'],
    when: 'before',
    ownStatus: true,
    operations: ['create', 'replace', 'patch'],
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
  const { exchange, shelf, operation, memory, now } = asked;
  const lag = Number(asked.value);
  if (operation === 'list' || operation === 'read') {
    const organisation = withResources(exchange.organisation, (one) => before(one, memory, now, now - lag));
    return { exchange: { ...exchange, organisation } };
  }
  const stored = namedBy(asked);
  if (!stored || !shelf) return { exchange };
  const remember = ({ resources: { real } }: Shelf, one: Stored): void =>
    memory.past.remember(real, one, now + lag, now);
  remember(shelf, stored);
  // Whoever is deleted leaves the groups with that, which no other write says.
  const groups = groupsOf(exchange.organisation);
  if (operation === 'delete' && groups)
    for (const { group, type } of belongings(exchange.organisation, stored.id))
      if (type === 'direct') remember(groups, group);
  return { exchange };
}

/** A shelf as it was: without whoever came since `since`, and with the others as they were. */
function before(shelf: Shelf, { past }: Memory, now: number, since: number): Viewed {
  const { real } = shelf.resources;
  const isOld = ({ created }: Stored): boolean => created <= since;
  const copyOf = (id: string) => past.of(real, id, now);
  return new Viewed(shelf, {
    hides: (stored) => !isOld(stored) || copyOf(stored.id) !== undefined,
    copies: {
      byId: (id) => {
        const copy = copyOf(id);
        return copy && isOld(copy) ? copy : undefined;
      },
      all: () => past.all(real, now).filter(isOld),
    },
  });
}
