import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Host, Service } from '../daemon/contract.ts';
import { RollcallError } from '../model/index.ts';
import type { HttpConfiguration } from '../model/index.ts';
import { api, openGate } from './api.ts';
import { health } from './health.ts';
import { page } from '../page/page.ts';
import { metrics } from './metrics.ts';
import { routes } from './routes.ts';
import { buildServer } from './server.ts';
import { looksOf, readIdentity } from './tls.ts';
import type { Identity } from './tls.ts';
import type { World } from './world.ts';

/** The parts of the server, in one place; with a certificate and its key, it speaks https. */
export function openServer(world: World, tls?: Pick<Identity, 'cert' | 'key'>): FastifyInstance {
  const gate = openGate(world);
  return buildServer(world, tls, [api(gate, routes), health, metrics(gate), page(gate)]);
}

/** What the daemon answers by HTTP; nothing where the configuration does not ask for it. */
export function httpService(given: Omit<World, 'host' | 'stopping'>): Service {
  const ending = new AbortController();
  let app: FastifyInstance | undefined;
  let served: Served | undefined;
  return {
    name: 'http',
    start: async (host: Host) => {
      const { http } = host.configuration;
      if (http === undefined) return;
      served = http.tls && new Served(http.tls, host.configuration.file, given);
      app = openServer({ ...given, host, stopping: ending.signal }, served?.identity);
      try {
        const address = await app.listen({ host: http.host, port: http.port });
        given.log.info({ address }, 'listening');
      } catch (error) {
        throw new RollcallError(
          'configuration',
          {
            message: `${http.host}:${http.port} cannot be listened on (${(error as Error).message})`,
            locus: { file: host.configuration.file, path: 'http' },
            hint: 'http.host and http.port say where; another program may be there',
          },
          { cause: error },
        );
      }
      // What was accepted before the daemon ended is carried out now.
      void host.deliver();
    },
    look: () => {
      const renewed = served?.renewed();
      if (renewed !== undefined) (app?.server as Server | undefined)?.setSecureContext(renewed);
    },
    stop: async () => {
      ending.abort();
      await app?.close();
    },
  };
}

const soon = 14 * 86_400_000;

/** The certificate that is served, which is another one as soon as its files are renewed. */
class Served {
  readonly #files: NonNullable<HttpConfiguration['tls']>;
  readonly #file: string;
  readonly #world: Pick<World, 'now' | 'log'>;
  readonly identity: Identity;
  #looks: string;

  constructor(files: NonNullable<HttpConfiguration['tls']>, file: string, world: Pick<World, 'now' | 'log'>) {
    this.#files = files;
    this.#file = file;
    this.#world = world;
    this.#looks = looksOf(files);
    this.identity = this.#read();
  }

  /** Nothing as long as the files are as they were, and where what is in them now cannot be served. */
  renewed(): Identity | undefined {
    const looks = looksOf(this.#files);
    if (looks === this.#looks) return undefined;
    this.#looks = looks;
    const { log } = this.#world;
    try {
      const identity = this.#read();
      log.info({ ends: new Date(identity.endsAt).toISOString() }, 'the certificate was renewed');
      return identity;
    } catch (error) {
      // The other file may be still to come: then it looks different again.
      log.error({ reason: (error as Error).message }, 'the new certificate cannot be served; the old one is');
      return undefined;
    }
  }

  #read(): Identity {
    const { now, log } = this.#world;
    const identity = readIdentity(this.#files, this.#file, now());
    if (identity.endsAt - now() < soon)
      log.warn(
        { ends: new Date(identity.endsAt).toISOString() },
        'the certificate ends soon: have it renewed',
      );
    return identity;
  }
}
