import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isObject } from '../../model/index.ts';
import type { Query } from '../description.ts';
import type { Organisation } from '../directory/organisation.ts';
import { usersOf } from '../directory/organisation.ts';
import { shownFault } from '../faults/faults.ts';
import { failures } from '../faults/failures.ts';
import { knownWords } from '../faults/known.ts';
import { refuse, shown } from '../refusal.ts';
import type { World } from '../world.ts';
import { acceptOne, acceptSome, declineOne, resendOne, startSession } from './acts.ts';
import { answerDoor, streamItems } from './answers.ts';
import { personOf, removePerson, signOut, switchPerson } from './people.ts';
import { shownInvitation, shownMails, shownSession, shownUser, shownUsers } from './shown.ts';
import { addKey, removeKey, setOrganisation, shownKey, shownOrganisation } from './tenants.ts';

type Act = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/** The mock's own door: what happened, what is really held, and what no SCIM client can do. */
export function registerDoor(app: FastifyInstance, world: World): void {
  const acts: Readonly<Record<string, Act>> = {
    'GET ': (_request, reply) => answerDoor(reply, 200, overview(world, Object.keys(acts))),
    'GET /requests': (request, reply) => {
      const since = wholeParameter(request, 'since');
      return streamItems(reply, world.journal.total, world.journal.since(since));
    },
    'GET /users': (request, reply) => {
      const organisation = organisationOf(world, request);
      return streamItems(reply, usersOf(organisation).resources.size, shownUsers(organisation));
    },
    'GET /users/:id': (request, reply) => {
      answerDoor(reply, 200, shownUser(personOf(organisationOf(world, request), idOf(request))));
    },
    'POST /users/:id/deactivate': (request, reply) => {
      const organisation = organisationOf(world, request);
      answerDoor(reply, 200, shownUser(switchPerson(world, organisation, idOf(request), false)));
    },
    'POST /users/:id/activate': (request, reply) => {
      const organisation = organisationOf(world, request);
      answerDoor(reply, 200, shownUser(switchPerson(world, organisation, idOf(request), true)));
    },
    'DELETE /users/:id': (request, reply) => {
      const removed = removePerson(world, organisationOf(world, request), idOf(request));
      answerDoor(reply, 200, { removed: removed.id });
    },
    'GET /invitations': (request, reply) => {
      const { state } = request.query as Query;
      const all = organisationOf(world, request).invitations;
      const wanted = state === undefined ? all : all.filter((one) => one.state === state);
      return streamItems(reply, wanted.length, wanted.map(shownInvitation));
    },
    'POST /invitations/accept': (request, reply) => {
      const count = wholeMember(request.body, 'count');
      const items = acceptSome(organisationOf(world, request), count, world.clock());
      answerDoor(reply, 200, { total: items.length, items: items.map(shownInvitation) });
    },
    'POST /invitations/:id/accept': (request, reply) => {
      const organisation = organisationOf(world, request);
      answerDoor(reply, 200, shownInvitation(acceptOne(organisation, idOf(request), world.clock())));
    },
    'POST /invitations/:id/decline': (request, reply) => {
      const organisation = organisationOf(world, request);
      answerDoor(reply, 200, shownInvitation(declineOne(organisation, idOf(request), world.clock())));
    },
    'POST /invitations/:id/send': (request, reply) => {
      const organisation = organisationOf(world, request);
      answerDoor(reply, 200, shownInvitation(resendOne(organisation, idOf(request), world.clock())));
    },
    'GET /mailbox': (request, reply) => {
      const organisation = organisationOf(world, request);
      return streamItems(reply, organisation.mailbox.length, shownMails(organisation));
    },
    'GET /sessions': (request, reply) => {
      const sessions = [...organisationOf(world, request).sessions.values()];
      return streamItems(reply, sessions.length, sessions.map(shownSession));
    },
    'POST /sessions': (request, reply) => {
      const session = startSession(organisationOf(world, request), request.body, world.clock());
      answerDoor(reply, 201, shownSession(session));
    },
    'POST /sessions/:id/end': (request, reply) => {
      const session = signOut(organisationOf(world, request), idOf(request), world.clock());
      answerDoor(reply, 200, shownSession(session));
    },
    // `?known` lists what a fault can say, and which failures of the field that plays.
    'GET /faults': (request, reply) =>
      (request.query as Query)['known'] === undefined
        ? answerDoor(reply, 200, list(world.faults.all().map(shownFault)))
        : answerDoor(reply, 200, { ...list(knownWords()), failures }),
    'POST /faults': (request, reply) =>
      answerDoor(reply, 201, list(world.faults.add(request.body).map(shownFault))),
    'DELETE /faults': (_request, reply) => answerDoor(reply, 200, { removed: world.faults.remove() }),
    'DELETE /faults/:id': (request, reply) => {
      const { id } = request.params as { id: string };
      if (world.faults.remove(id) === 0) throw refuse(404, undefined, `There is no fault ${shown(id)}.`);
      answerDoor(reply, 200, { removed: 1 });
    },
    'GET /organisations': (_request, reply) =>
      answerDoor(reply, 200, list(world.organisations().map(shownOrganisation))),
    'POST /organisations': (request, reply) => answerDoor(reply, 200, setOrganisation(world, request.body)),
    'GET /keys': (_request, reply) => answerDoor(reply, 200, list(world.keys.all().map(shownKey))),
    'POST /keys': (request, reply) => answerDoor(reply, 201, addKey(world, request.body)),
    'DELETE /keys/:id': (request, reply) => {
      removeKey(world, idOf(request));
      answerDoor(reply, 200, { removed: 1 });
    },
    'POST /reset': (_request, reply) => {
      world.reset();
      answerDoor(reply, 200, { reset: true });
    },
  };
  for (const [name, act] of Object.entries(acts)) {
    const [method = 'GET', path = ''] = name.split(' ');
    app.route({
      method: method,
      url: `/_mock${path}`,
      handler: (request, reply) => act(request, reply),
    });
  }
}

function overview(world: World, routes: readonly string[]): object {
  return {
    service: world.service.name,
    title: world.service.title,
    url: world.base(),
    requests: world.journal.total,
    routes: routes.map((name) => name.replace(' ', ' /_mock')),
  };
}

/** The organisation that `?organisation=` names; the first one where nothing is said. */
function organisationOf(world: World, request: FastifyRequest): Organisation {
  const { organisation } = request.query as Query;
  if (organisation === undefined) return world.first();
  const found = typeof organisation === 'string' ? world.organisation(organisation) : undefined;
  if (!found) throw refuse(404, undefined, `There is no organisation ${shown(organisation)}.`);
  return found;
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id;
}

function wholeParameter(request: FastifyRequest, name: string): number {
  const text = (request.query as Query)[name] ?? '0';
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw refuse(400, undefined, `"${name}" has to be a whole number.`);
  return Number(text);
}

function wholeMember(body: unknown, name: string): number {
  const value = isObject(body) ? body[name] : undefined;
  if (value === undefined) return Infinity;
  if (!Number.isSafeInteger(value) || Number(value) < 0)
    throw refuse(400, undefined, `"${name}" has to be a whole number.`);
  return Number(value);
}

function list<T>(items: readonly T[]): { total: number; items: readonly T[] } {
  return { total: items.length, items };
}
