import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { Refused } from '../refusal.ts';
import type { Reading } from '../resource/value.ts';
import type { Exchange } from './exchange.ts';

/** The resource of the path. Throws the service's 404 where there is none that may be seen. */
export function located(exchange: Exchange, shelf: Shelf): Stored {
  const { id } = exchange;
  const stored = id === undefined ? undefined : shelf.resources.byId(id);
  if (stored && isVisible(exchange, stored)) return stored;
  const { ids, missing } = shelf.served;
  if (!ids || stored || id === undefined || ids.form.test(id)) throw new Refused(missing);
  throw new Refused({ ...ids.otherwise, detail: ids.otherwise.detail.replace('%s', () => id.slice(0, 200)) });
}

/** Somebody who is not a member yet is hidden by some services, as is somebody whom they deleted and keep. */
export function isVisible({ service }: Pick<Exchange, 'service'>, { membership, isHidden }: Stored): boolean {
  if (isHidden) return false;
  return membership === 'member' || service.invitations === undefined || service.invitations.readable;
}

export function readingOf({ service }: Pick<Exchange, 'service'>, { served }: Shelf): Reading {
  const { values, members = values } = service.limits;
  return {
    unknown: served.unknownAttributes,
    values: served.type.members ? members : values,
    // RFC 7643 §3 has it "REQUIRED" in every resource. The interoperability profile is played strictly; elsewhere a body
    // without it is taken, as no table of RFC 7644 refuses it and the endpoint says what is meant. Okta and Entra send it
    // (test/fixtures); it is left out by people with curl.
    needsSchemas: service.interopProfile === true || service.refuses?.missingSchemas === true,
    dialect: service,
  };
}
