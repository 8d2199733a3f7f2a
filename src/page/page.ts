import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemsIn } from '../daemon/contract.ts';
import type { Gate } from '../http/api.ts';
import { reading } from '../http/reading.ts';
import { Refused, refusalOf } from '../http/refusal.ts';
import type { Part } from '../http/server.ts';
import type { Caller } from '../http/world.ts';
import type { Configuration } from '../model/index.ts';
import { approvePost, retryPost } from './acts.ts';
import { POLICY, files, sheet } from './frame.ts';
import type { Sheet, Viewer } from './frame.ts';
import type { Piece } from './html.ts';
import {
  lookAtAccess,
  lookAtAll,
  lookAtFailures,
  lookAtHeld,
  lookAtHistory,
  lookAtLeavers,
  lookAtRuns,
  lookAtTarget,
  lookForPeople,
} from './look.ts';
import { sendLater } from './later.ts';
import type { Look, Query } from './look.ts';
import { liftPost, offboardPost, pausePost, resumePost } from './operate.ts';
import { offboardRoute, personRoute } from './person.ts';
import { Sessions, cookie, cookieOf } from './sessions.ts';
import { accessPage, peoplePage } from './views/access.ts';
import { failuresPage } from './views/failures.ts';
import { heldPage } from './views/held.ts';
import { historyPage, runsPage } from './views/history.ts';
import { leaversPage } from './views/leavers.ts';
import { overview } from './views/overview.ts';
import { messagePage } from './views/sign-in.ts';
import { targetPage } from './views/target.ts';
import type { Place } from './visit.ts';
import { askForKey, placeIn, queryOf, send, visitorOf } from './visit.ts';

interface Shown {
  readonly path: string;
  readonly sheet: Omit<Sheet, 'viewer'>;
  readonly of: (look: Look, query: Query, viewer: Viewer) => Piece;
  /** Whether there is much to look through, or to show: the page begins before it is found. */
  readonly isLong?: (query: Query, configuration: Configuration) => boolean;
}

/** Every page that is made of one look into the state. */
const shown: readonly Shown[] = [
  { path: '/', sheet: { title: 'Overview', place: '/' }, of: (look) => overview(lookAtAll(look)) },
  {
    path: '/target',
    sheet: { title: 'Target' },
    of: (look, query, viewer) => targetPage(lookAtTarget(look, query), viewer),
  },
  {
    path: '/held',
    sheet: { title: 'Held plan' },
    of: (look, query, viewer) => heldPage(lookAtHeld(look, query), viewer),
    // A name that no target has is 404, which cannot be said once the page has begun.
    isLong: (query, { targets }) => targets.some(({ name }) => name === query('target')),
  },
  {
    path: '/people',
    sheet: { title: 'People', place: '/people' },
    of: (look, query) => peoplePage(lookForPeople(look, query)),
    isLong: (query) => query('q') !== '',
  },
  {
    path: '/access',
    sheet: { title: 'Access', place: '/access' },
    of: (look, query) => accessPage(lookAtAccess(look, query)),
    isLong: (query, { targets }) =>
      query('target') === '' || targets.some(({ name }) => name === query('target')),
  },
  {
    path: '/failures',
    sheet: { title: 'Failures', place: '/failures' },
    of: (look, query, viewer) => failuresPage(lookAtFailures(look, query), viewer),
  },
  {
    path: '/leavers',
    sheet: { title: 'Leavers', place: '/leavers' },
    of: (look) => leaversPage(lookAtLeavers(look)),
    isLong: () => true,
  },
  {
    path: '/runs',
    sheet: { title: 'Runs', place: '/runs' },
    of: (look, query) => runsPage(lookAtRuns(look, query)),
    isLong: () => true,
  },
  {
    path: '/history',
    sheet: { title: 'History', place: '/history' },
    of: (look, query) => historyPage(lookAtHistory(look, query)),
    isLong: () => true,
  },
];

/** The page, as a part of the server: pages of HTML, forms that are posted, and no script. */
export function page(gate: Gate): Part {
  return (app, world) => {
    const isSecure = world.host.configuration.http?.tls !== undefined;
    const begins = isSecure ? '__Host-' : '';
    const names = { session: `${begins}rollcall`, form: `${begins}rollcall_form` };
    const place: Place = { world, sessions: new Sessions(), names, isSecure };
    app.register((within, _options, done) => {
      within.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: 16 * 1024 },
        (_request, body, parsed) => parsed(null, new URLSearchParams(body as string)),
      );
      within.addHook('onRequest', (_request, reply, next) => {
        reply.headers({ 'content-security-policy': POLICY, 'cross-origin-opener-policy': 'same-origin' });
        next();
      });
      within.setErrorHandler((error, request, reply) => tellTrouble(place, request, reply, error));
      for (const file of Object.values(files))
        within.get(file.path, (_request, reply) =>
          reply
            .type(file.type)
            .header('cache-control', 'public, max-age=31536000, immutable')
            .send(file.text),
        );
      for (const one of shown) within.get(one.path, (request, reply) => show(place, request, reply, one));
      within.get('/person', (request, reply) => personRoute(place, request, reply));
      within.get('/offboard', (request, reply) => offboardRoute(place, request, reply));
      within.get('/sign-in', (request, reply) => askForKey(place, request, reply, 200));
      within.post('/sign-in', (request, reply) => signIn(place, gate, request, reply));
      within.post('/sign-out', async (request, reply) => {
        const visitor = visitorOf(place, request);
        if (visitor !== undefined) {
          formOf(place, request, visitor.id);
          place.sessions.end(visitor.id);
        }
        return reply.header('set-cookie', cookie(names.session, '', place)).redirect('/sign-in', 303);
      });
      for (const [path, act] of [
        ['/approve', approvePost],
        ['/retry', retryPost],
        ['/pause', pausePost],
        ['/resume', resumePost],
        ['/offboard', offboardPost],
        ['/lift', liftPost],
      ] as const)
        within.post(path, async (request, reply) => {
          const visitor = visitorOf(place, request);
          if (visitor === undefined)
            return askForKey(
              place,
              request,
              reply,
              401,
              'Your session has ended, and nothing was done. Sign in, and do it again.',
            );
          const { viewer, caller } = visitor;
          const form = formOf(place, request, visitor.id);
          return send(reply, sheet({ title: 'Done', viewer }, await act(world, caller, form)));
        });
      done();
    });
  };
}

async function show(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
  { path, sheet: about, of, isLong }: Shown,
): Promise<FastifyReply> {
  const visitor = visitorOf(place, request);
  if (visitor === undefined) return askForKey(place, request, reply, 401);
  const { world } = place;
  const { viewer } = visitor;
  const query = queryOf(request);
  const find = (): Promise<Piece> =>
    reading(world, (state) =>
      of({ state, configuration: world.host.configuration, now: world.now() }, query, viewer),
    );
  if (isLong?.(query, world.host.configuration))
    return sendLater(reply, world, { path, about: { ...about, viewer }, rest: find });
  const content = await find();
  return send(reply, sheet({ ...about, viewer }, content));
}

/** What a form has sent, if it was this page that made it. Throws 403 for any other. */
function formOf({ sessions }: Place, request: FastifyRequest, id: string | undefined): URLSearchParams {
  const { body, headers } = request;
  const site = headers['sec-fetch-site'];
  const isFromHere = site === undefined || site === 'same-origin' || site === 'none';
  const form = body instanceof URLSearchParams ? body : new URLSearchParams();
  if (!isFromHere || id === undefined || !sessions.isTokenFor(id, form.get('token') ?? ''))
    throw new Refused(403, 'forbidden', 'this form is not of this session, and nothing was done', {
      hint: 'open the page anew, and do it again',
    });
  return form;
}

async function signIn(
  place: Place,
  gate: Gate,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { world, sessions, names } = place;
  const form = formOf(place, request, cookieOf(request.headers.cookie, names.form));
  const again = (status: number, said: string): FastifyReply =>
    askForKey(place, request, reply, status, said);
  let caller: Caller;
  try {
    caller = await gate(request, form.get('key')?.trim() ?? '');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    reply.headers(error.status === 429 ? error.headers : {});
    return again(
      error.status,
      error.status === 429 ? 'Too many tries. Wait a minute.' : 'There is no such key.',
    );
  }
  if (!caller.scopes.has('read'))
    return again(403, 'This key is not good for the page: it takes the scope read.');
  const id = sessions.begin(world.host.configuration, caller, world.now());
  if (id === undefined) return again(401, 'There is no such key.');
  reply.header('set-cookie', [cookie(names.session, id, place), cookie(names.form, '', place)]);
  return reply.redirect(placeIn(form.get('next') ?? '/'), 303);
}

/** What goes wrong is a page as well; what nobody has foreseen says nothing of itself. */
function tellTrouble(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= 500)
    place.world.log.error({ path: request.routeOptions.url ?? '', ...problemsIn(error) }, 'a request failed');
  const visitor = visitorOf(place, request);
  const title = refusal.status === 404 ? 'Not found' : 'That did not work';
  const content = messagePage({ title, text: refusal.message, hint: refusal.hint });
  reply.headers({ 'content-security-policy': POLICY, ...refusal.headers });
  return send(reply, sheet({ title, ...(visitor && { viewer: visitor.viewer }) }, content), refusal.status);
}

/** For tests, and for whoever wants to know what there is. */
export const paths: readonly string[] = [...shown.map(({ path }) => path), '/person', '/offboard'];
