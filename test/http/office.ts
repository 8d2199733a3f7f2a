import { readFileSync } from 'node:fs';
import type { TestContext } from 'vitest';
import { load, sleep } from '../../src/cli/engine.ts';
import type { Logger } from '../../src/cli/log.ts';
import { programOf } from '../../src/cli/program.ts';
import { Daemon } from '../../src/daemon/daemon.ts';
import { Bell, keepAtWork } from '../../src/daemon/keep.ts';
import { hashOf } from '../../src/http/keys.ts';
import { openServer } from '../../src/http/service.ts';
import type { World } from '../../src/http/world.ts';
import { SCOPES } from '../../src/model/index.ts';
import { approvalsIn } from '../../src/store/approvals.ts';
import { openState } from '../../src/store/state.ts';
import { noteTick, tickOf } from '../../src/store/ticks.ts';
import { people } from '../support/company.ts';
import type { ConfigurationParts, Person } from '../support/company.ts';
import { openPlaceWithService } from '../support/place.ts';

/** Keys of the tests: one for each scope, and one for everything. */
export const keyOf = (scope: string): string => `rollcall_test_${scope}_${'x'.repeat(24)}`;

const keys = [...SCOPES.map((scope) => [scope, [scope]] as const), ['all', SCOPES] as const].map(
  ([name, scopes]) => `    - { name: ${name}, hash: ${hashOf(keyOf(name))}, scopes: [${scopes.join(', ')}] }`,
);

/** The configuration's part for the HTTP side. */
export const httpPart = (more = ''): string => `http:\n  port: 0\n${more}  keys:\n${keys.join('\n')}\n`;

export interface Options {
  readonly rows?: number;
  readonly parts?: Partial<ConfigurationParts>;
  readonly http?: string;
}

/** A place with people who are synced, a daemon that is at work in this process, and the server that it has; no port. */
export async function openOffice(context: TestContext, { rows = 3, parts = {}, http }: Options = {}) {
  const place = await openPlaceWithService(context);
  place.people(people(rows));
  const configure = (more: Partial<ConfigurationParts> = {}): void => {
    place.configure({ baseUrl: place.mock.url, ...parts, ...more });
    place.write('rollcall.yaml', `${readFileSync(place.path('rollcall.yaml'), 'utf8')}${httpPart(http)}`);
  };
  configure();
  if (rows > 0) await place.settle();
  const lines: string[] = [];
  const say =
    (level: string) =>
    (fields: object | string, message = ''): void =>
      void lines.push(`${level} ${JSON.stringify(fields)} ${message}`);
  const log = { info: say('info'), warn: say('warn'), error: say('error') } as unknown as Logger;
  const options = {
    config: place.path('rollcall.yaml'),
    color: false,
    logLevel: 'silent',
    quiet: true,
  } as const;
  const around = { options, wait: 0, log, giveBackMemory: () => undefined };
  const state = openState(place.path('rollcall.db'), true);
  const controller = new AbortController();
  const bell = new Bell();
  const the = { now: () => Date.now() };
  const daemon = new Daemon(programOf(await load(options.config), around), {
    now: () => Date.now(),
    log,
    load: async () => programOf(await load(options.config), around),
    ticks: { of: (...of) => tickOf(state, ...of), note: (...of) => noteTick(state, ...of) },
    approved: approvalsIn(state),
    due: () => undefined,
    lookAt: async () => '',
    signal: controller.signal,
    wake: () => bell.ring(),
  });
  const world: World = {
    host: daemon,
    now: () => the.now(),
    log,
    version: '1.2.3',
    sleep,
    stopping: controller.signal,
    secretOf: async () => '',
    isChecked: true,
  };
  const app = openServer(world);
  const keeping = { now: () => Date.now(), sleep, signal: controller.signal, grace: 5000, log, services: [] };
  const ended = keepAtWork(daemon, bell, keeping);
  context.onTestFinished(async () => {
    controller.abort();
    await ended;
    await app.close();
    state.close();
  });
  const ask = async (
    method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS' | 'DELETE',
    url: string,
    payload?: object | string,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${keyOf('all')}` },
  ) => {
    const answer = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
    let body: unknown = answer.body;
    try {
      body = JSON.parse(answer.body);
    } catch {
      // What is no JSON is compared as text.
    }
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: body as Record<string, unknown>,
      text: answer.body,
    };
  };
  return {
    ...place,
    // Each can be taken out by itself.
    path: (name: string) => place.path(name),
    people: (rows: readonly Person[]) => place.people(rows),
    settle: () => place.settle(),
    configure,
    app,
    ask,
    daemon,
    lines,
    the,
  };
}

export const bearer = (scope: string): { readonly authorization: string } => ({
  authorization: `Bearer ${keyOf(scope)}`,
});
