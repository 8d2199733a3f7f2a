import type { FastifyInstance } from 'fastify';
import type { Host, Service } from '../daemon/daemon.ts';
import { RollcallError } from '../model/index.ts';
import type { HttpConfiguration } from '../model/index.ts';
import { api, openGate } from './api.ts';
import { health } from './health.ts';
import { page } from '../page/page.ts';
import { metrics } from './metrics.ts';
import { routes } from './routes.ts';
import { buildServer } from './server.ts';
import type { World } from './world.ts';

/** The parts of the server, in one place. */
export function openServer(world: World, http: Pick<HttpConfiguration, 'tls'>): FastifyInstance {
  const gate = openGate(world);
  return buildServer(world, http, [api(gate, routes), health, metrics(gate), page(gate)]);
}

/** What the daemon answers by HTTP; nothing where the configuration does not ask for it. */
export function httpService(given: Omit<World, 'host' | 'stopping'>): Service {
  const ending = new AbortController();
  let app: FastifyInstance | undefined;
  return {
    name: 'http',
    start: async (host: Host) => {
      const { http } = host.configuration;
      if (http === undefined) return;
      app = openServer({ ...given, host, stopping: ending.signal }, http);
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
    stop: async () => {
      ending.abort();
      await app?.close();
    },
  };
}
