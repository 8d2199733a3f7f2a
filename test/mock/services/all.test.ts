import { describe, expect, test } from 'vitest';
import { listServices } from '../../../connectors/targets/services.ts';
import { ask, mockOf } from '../calling.ts';

const all = await listServices();

describe.each(all.map((service) => [service.name, service] as const))('--as %s', (name, service) => {
  const keys = [
    { token: 'good', permissions: [service.authentication.permission] },
    { token: 'none', permissions: [] },
  ];

  test('a key with its permission is let in, and others get what the description says', async () => {
    const mock = await mockOf(name, { keys });
    const { missing, unknown, forbidden } = service.authentication;
    const statuses = [];
    for (const token of ['good', null, 'other', 'none'])
      statuses.push((await ask(mock, 'GET', '/Users', undefined, { token })).status);
    expect(statuses).toEqual([200, missing.status, unknown.status, forbidden.status]);
  });

  test('what it does not do is refused, and no error is the mock’s own', async () => {
    const mock = await mockOf(name);
    for (const { type, operations } of service.resourceTypes) {
      for (const [operation, method] of [
        ['replace', 'PUT'],
        ['delete', 'DELETE'],
        ['patch', 'PATCH'],
      ] as const) {
        const { status, text } = await ask(mock, method, `${type.endpoint}/nobody`, {});
        expect(text).not.toContain('The mock failed');
        if (!operations.includes(operation)) expect([404, 405], `${method} ${text}`).toContain(status);
        else expect(status, `${method} ${text}`).toBeGreaterThanOrEqual(400);
      }
    }
  });

  test('every attribute that a rule names is one that the service has', () => {
    for (const { type, bounds = {}, createOnly = [] } of service.resourceTypes)
      for (const path of [...Object.keys(bounds), ...createOnly])
        expect(['externalId', ...type.schema.attributes.map((one) => one.name)]).toContain(
          path.split('.')[0],
        );
  });
});
