import { STATUS_CODES } from 'node:http';
import type { JsonObject } from '../../model/index.ts';
import type { ServiceDescription } from '../description.ts';
import type { Refusal } from '../refusal.ts';
import type { Answer } from './exchange.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A refusal in the words of the service: RFC 7644 §3.12, or whatever the service makes of it. */
export function errorAnswer(
  { errors }: ServiceDescription,
  refusal: Refusal,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const { status } = refusal;
  const byFramework = refusal.framework === true && errors.framework === 'fastify';
  const error = byFramework
    ? { statusCode: status, error: STATUS_CODES[status] ?? 'Error', message: refusal.detail }
    : scimError(errors, refusal);
  const body = errors.body ? errors.body(error, refusal) : error;
  return {
    status,
    body: JSON.stringify(body),
    headers: { ...refusal.headers, ...headers },
    ...(byFramework ? { mediaType: 'application/json; charset=utf-8' } : {}),
  };
}

function scimError({ status, scimType }: ServiceDescription['errors'], refusal: Refusal): JsonObject {
  const number = refusal.bodyStatus ?? refusal.status;
  return {
    schemas: [ERROR],
    ...(scimType && refusal.scimType ? { scimType: refusal.scimType } : {}),
    detail: refusal.detail,
    status: status === 'string' ? String(number) : number,
  };
}
