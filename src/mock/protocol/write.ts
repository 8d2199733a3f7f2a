import type { Json, JsonObject } from '../../model/index.ts';
import type { Changes, Held } from '../description.ts';
import { send } from '../directory/lifecycle.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/resources.ts';
import * as directory from '../directory/write.ts';

import type { Place } from '../directory/write.ts';
import { applyPatch } from '../patch/apply.ts';
import { readPatch } from '../patch/read.ts';

import { locationOf, present } from '../resource/present.ts';
import { readResource } from '../resource/read.ts';
import { errorAnswer } from './answers.ts';
import type { Answer, Exchange } from './exchange.ts';
import { heldOf, located, readingOf } from './shelf.ts';

/** POST (RFC 7644 §3.3). */
export function create(exchange: Exchange, shelf: Shelf): Answer {
  const { body, base } = exchange;
  const { type, hooks } = shelf.served;
  const attributes = hooks?.create?.(body) ?? readResource(shelf.compiled, body, readingOf(exchange, shelf));
  const place = placeOf(exchange, shelf);
  const stored = invitedAlready(place, attributes) ?? directory.create(place, attributes);
  const text = hooks?.createAnswer
    ? JSON.stringify(hooks.createAnswer(body, heldOf(stored)))
    : present(stored, type, base);
  return { status: 201, body: text, headers: { location: locationOf(stored, type, base) } };
}

/** Whoever is created a second time while an invitation is open, where the service answers that like the first time. */
function invitedAlready(place: Place, attributes: JsonObject): Stored | undefined {
  const rule = place.service.invitations;
  if (rule?.repeatedCreate !== 'again') return undefined;
  const stored = place.shelf.resources.holder(attributes)?.stored;
  if (stored?.invitation?.state !== 'pending') return undefined;
  if (rule.reminder) send(place.organisation, stored.invitation, place.now);
  return stored;
}

/** PUT (RFC 7644 §3.5.1): what is left out is cleared; a password, which nobody can read back, is not. */
export function replace(exchange: Exchange, shelf: Shelf): Answer {
  const stored = located(exchange, shelf);
  const { hooks } = shelf.served;
  const held = heldOf(stored);
  if (hooks?.replace) {
    const refused = carryOut(exchange, shelf, stored, held, hooks.replace(exchange.body, held));
    if (refused) return refused;
  } else {
    const after = readResource(shelf.compiled, exchange.body, readingOf(exchange, shelf));
    directory.update(placeOf(exchange, shelf), stored, held.attributes, after);
  }
  return { status: 200, body: answered(exchange, shelf, stored, hooks?.replaceAnswer) };
}

/** PATCH (RFC 7644 §3.5.2). */
export function patch(exchange: Exchange, shelf: Shelf): Answer {
  const stored = located(exchange, shelf);
  const { hooks, patch: rules } = shelf.served;
  const { limits } = exchange.service;
  const held = heldOf(stored);
  if (hooks?.patch) {
    const refused = carryOut(exchange, shelf, stored, held, hooks.patch(exchange.body, held));
    if (refused) return refused;
  } else {
    const operations = readPatch(exchange.body, limits.patchOperations);
    const patching = {
      compiled: shelf.compiled,
      reading: readingOf(exchange, shelf),
      rules,
      terms: limits.filterTerms,
    };
    const after = applyPatch(patching, held.attributes, operations);
    directory.update(placeOf(exchange, shelf), stored, held.attributes, after);
  }
  return rules.answer === 204 ? { status: 204 } : { status: 200, body: answered(exchange, shelf, stored) };
}

/** DELETE (RFC 7644 §3.6). */
export function remove(exchange: Exchange, shelf: Shelf): Answer {
  directory.remove(placeOf(exchange, shelf), located(exchange, shelf));
  return { status: 204 };
}

/** What a hook wants changed, and then the refusal that it may end with all the same. */
function carryOut(
  exchange: Exchange,
  shelf: Shelf,
  stored: Stored,
  held: Held,
  changes: Changes,
): Answer | undefined {
  const after = { ...held.attributes, ...changes.set };
  directory.update(placeOf(exchange, shelf), stored, held.attributes, after);
  return changes.then && errorAnswer(exchange.service, changes.then);
}

function answered(
  exchange: Exchange,
  { served }: Shelf,
  stored: Stored,
  hook?: (body: unknown, held: Held) => Json,
): string {
  if (hook) return JSON.stringify(hook(exchange.body, heldOf(stored)));
  return served.hooks?.present
    ? JSON.stringify(served.hooks.present(heldOf(stored)))
    : present(stored, served.type, exchange.base);
}

function placeOf({ service, organisation, now }: Exchange, shelf: Shelf): Place {
  return { service, organisation, shelf, now };
}
