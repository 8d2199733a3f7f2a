import { isObject } from '../../src/model/index.ts';
import { OPERATIONS, REQUESTS } from '../../src/mock/description.ts';
import type { ServiceDescription } from '../../src/mock/description.ts';
import type { Recorded } from '../../src/mock/index.ts';
import { operationsOf } from './wire.ts';

/**
 * What a request asks for that the documentation of a service does not name, or names as not supported; `undefined` where there
 * is nothing. The mock answers such a request by RFC 7644, and a profile says that it cannot be made.
 */
export function undocumented(service: ServiceDescription, request: Recorded): string | undefined {
  const { method, path, query } = request;
  const parameter = service.unsupported?.find((name) => query[name] !== undefined);
  if (parameter !== undefined) return `the parameter ${parameter}`;
  if (service.documented === undefined) return undefined;
  const [, endpoint = '', id] = path.slice(service.basePath.length).split('/');
  const served = service.resourceTypes.find(({ type }) => type.endpoint === `/${endpoint}`);
  if (served === undefined) return undefined;
  const { name } = served.type;
  const known = service.documented[name];
  const isOne = id !== undefined;
  const operation = OPERATIONS.find((one) => REQUESTS[one].method === method && REQUESTS[one].one === isOne);
  if (known === undefined || operation === undefined || !known.operations.includes(operation))
    return `${method} of a ${name}`;
  return attributesIn(request).find((attribute) => !known.attributes.some((one) => isPart(attribute, one)));
}

/** The attributes that a body names, by their paths. */
function attributesIn(request: Recorded): readonly string[] {
  const apart = new Set(['schemas', 'id', 'meta']);
  const names = (value: unknown) =>
    isObject(value) ? Object.keys(value).filter((name) => !apart.has(name)) : [];
  if (request.method !== 'PATCH') return names(request.body);
  return operationsOf(request).flatMap(({ path, value }) => (path === undefined ? names(value) : [path]));
}

const isPart = (path: string, whole: string): boolean =>
  path === whole || ['.', '[', ':'].some((sign) => path.startsWith(whole + sign));
