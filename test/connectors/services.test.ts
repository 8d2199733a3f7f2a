import { describe, expect, test } from 'vitest';
import { DEFAULT_SERVICE, listServices, loadService, services } from '../../connectors/targets/services.ts';
import { OPERATIONS } from '../../src/mock/description.ts';
import { RollcallError } from '../../src/model/index.ts';

describe('the services that the mock can play', () => {
  test('are found by name, and cosmo is played where none is named', async () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['cosmo', 'cosmo-controlplane', 'rfc']));
    expect(DEFAULT_SERVICE).toBe('cosmo');
    expect((await loadService()).name).toBe('cosmo');
    for (const name of Object.keys(services)) expect((await loadService(name)).name).toBe(name);
  });

  test.each(['no-such-service', '', '__proto__', 'toString'])(
    'a name that is none (%j) is a sentence that lists them',
    async (name) => {
      const error = await loadService(name).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RollcallError);
      expect((error as RollcallError).problems[0]?.hint).toContain('cosmo-controlplane');
    },
  );

  test('each says where it was read, and is whole', async () => {
    for (const service of await listServices()) {
      expect(service.sources.length).toBeGreaterThan(0);
      for (const source of service.sources) expect(source).toMatch(/^https:\/\//);
      expect(service.title).not.toBe('');
      expect(service.basePath).toMatch(/^\/.*[^/]$/);
      for (const { operations, exists } of service.resourceTypes) {
        for (const operation of operations) expect(OPERATIONS).toContain(operation);
        expect(exists.status).toBeGreaterThanOrEqual(400);
      }
    }
  });
});
