import { isObject } from '../../model/index.ts';
import type { JsonObject } from '../../model/index.ts';
import type { Changes, Held } from '../description.ts';
import { invite, isFull, mayRemind, remind } from '../directory/lifecycle.ts';
import { changeOfSome } from '../directory/membership.ts';
import { isPeople } from '../directory/organisation.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { directoryOf, heldOf, settled } from '../directory/settle.ts';
import { attributesOf, ownAttributes } from '../directory/stored.ts';
import * as directory from '../directory/write.ts';

import type { Place } from '../directory/write.ts';
import { applied } from '../patch/apply.ts';
import type { Patching } from '../patch/apply.ts';
import { judgeMembers, judgeNumber } from '../patch/member-rules.ts';
import { memberList } from '../patch/members.ts';
import { permitted } from '../patch/permitted.ts';
import { member, readPatch } from '../patch/read.ts';
import type { PatchOperation } from '../patch/read.ts';

import { invalid } from '../refusal.ts';
import { locationOf } from '../resource/present.ts';
import { judgeImmutable, readResource } from '../resource/read.ts';
import { Refused } from '../refusal.ts';
import { errorAnswer } from './answers.ts';
import type { Answer, Exchange } from './exchange.ts';
import { answerOne, answerPatched, representer } from './represent.ts';
import { located, readingOf } from './shelf.ts';
import { judgeVersion } from './version.ts';

/** POST (RFC 7644 §3.3). */
export function create(exchange: Exchange, shelf: Shelf): Answer {
  judgeQuery(exchange);
  const { body, base } = exchange;
  const { type, hooks, named } = shelf.served;
  judgeAnswer(exchange, shelf);
  judgeNamed(named?.create, body);
  const attributes = hooks?.create?.(body) ?? settled(shelf, given(exchange, shelf));
  const place = placeOf(exchange, shelf);
  const { full } = exchange.service;
  if (full && type.name === 'User' && isFull(exchange.organisation)) throw new Refused(full);
  const stored =
    invitedAlready(place, attributes) ??
    deletedBefore(place, attributes) ??
    directory.create(place, attributes);
  if (!hooks?.createAnswer) return answerOne(exchange, shelf, stored, 201);
  const headers = { location: locationOf(stored, type, base) };
  return { status: 201, body: JSON.stringify(hooks.createAnswer(body, heldOf(stored))), headers };
}

/** Whoever is created a second time and is no member yet, where the service answers that like the first time. */
function invitedAlready(place: Place, attributes: JsonObject): Stored | undefined {
  const rule = place.service.invitations;
  if (rule?.repeatedCreate !== 'again') return undefined;
  const stored = place.shelf.resources.holder(attributes)?.stored;
  if (!stored || stored.membership === 'member') return undefined;
  const { organisation, now } = place;
  if (stored.invitation?.state !== 'pending') invite(organisation, stored, attributes, now);
  else if (mayRemind(rule, organisation, stored.invitation, now))
    remind(organisation, stored.invitation, attributes, now);
  return stored;
}

/** Whoever was deleted, is kept, and comes back under the same id. */
function deletedBefore(place: Place, attributes: JsonObject): Stored | undefined {
  const stored = place.shelf.resources.holder(attributes)?.stored;
  if (!stored?.isHidden) return undefined;
  stored.isHidden = false;
  directory.update(place, stored, attributesOf(stored), { active: true, ...attributes });
  return stored;
}

/** PUT (RFC 7644 §3.5.1): what is left out is cleared; a password, which nobody can read back, is not. */
export function replace(exchange: Exchange, shelf: Shelf): Answer {
  judgeQuery(exchange);
  const stored = located(exchange, shelf);
  judgeVersion(exchange, shelf, stored);
  judgeAnswer(exchange, shelf);
  const { hooks, named } = shelf.served;
  judgeNamed(named?.replace, exchange.body);
  const held = heldOf(stored);
  if (hooks?.replace) {
    const refused = carryOut(exchange, shelf, stored, held, hooks.replace(exchange.body, held));
    if (refused) return refused;
  } else {
    const place = placeOf(exchange, shelf);
    const after = settled(shelf, directory.withActive(place, given(exchange, shelf)), 'replace', stored);
    judgeImmutable(shelf.compiled, held.attributes, after);
    directory.update(place, stored, held.attributes, after);
  }
  if (!hooks?.replaceAnswer) {
    const answer = answerOne(exchange, shelf, stored);
    afterwards(exchange, shelf, stored);
    return answer;
  }
  return { status: 200, body: JSON.stringify(hooks.replaceAnswer(exchange.body, heldOf(stored))) };
}

/** PATCH (RFC 7644 §3.5.2). */
export function patch(exchange: Exchange, shelf: Shelf): Answer {
  judgeQuery(exchange);
  const stored = located(exchange, shelf);
  judgeVersion(exchange, shelf, stored);
  judgeAnswer(exchange, shelf);
  const { hooks, patch: rules } = shelf.served;
  const { limits } = exchange.service;
  if (hooks?.patch) {
    const held = heldOf(stored);
    const refused = carryOut(
      exchange,
      shelf,
      stored,
      held,
      hooks.patch(exchange.body, held, directoryOf(shelf)),
    );
    if (refused) return refused;
  } else {
    const operations = readPatch(exchange.body, limits.patchOperations, exchange.service);
    const patching = {
      compiled: shelf.compiled,
      reading: readingOf(exchange, shelf),
      rules,
      terms: limits.filterTerms,
    };
    carryOutPatch(placeOf(exchange, shelf), stored, patching, permitted(shelf.compiled, rules, operations));
  }
  const answer = answerPatched(exchange, shelf, stored);
  afterwards(exchange, shelf, stored);
  return answer;
}

function carryOutPatch(
  place: Place,
  stored: Stored,
  patching: Patching,
  operations: readonly PatchOperation[],
): void {
  const { members, isEarlier } = stored;
  const { memberRules } = place.shelf.served;
  if (memberRules && members)
    judgeMembers(patching.compiled, memberRules, members.types, operations, place.service.accepts);
  const apart = members && !isEarlier && memberList(patching.compiled) ? members.types : undefined;
  const before = directory.withSeal(place, stored, apart ? ownAttributes(stored) : attributesOf(stored));
  const { attributes, touched, isOfMembers } = applied(patching, before, operations, apart);
  if (touched && isOfMembers)
    directory.changeMembers(place, stored, changeOfSome(place, place.shelf, stored, touched));
  else directory.update(place, stored, before, settled(place.shelf, attributes, 'patch', stored), touched);
}

/** DELETE (RFC 7644 §3.6). */
export function remove(exchange: Exchange, shelf: Shelf): Answer {
  judgeQuery(exchange);
  const stored = located(exchange, shelf);
  judgeVersion(exchange, shelf, stored);
  const place = placeOf(exchange, shelf);
  const { deletes } = shelf.served;
  if (deletes) {
    const before = attributesOf(stored);
    directory.update(place, stored, before, { ...before, active: false });
    stored.isHidden = deletes === 'hidden';
  } else directory.remove(place, stored);
  return { status: 204 };
}

/** The attributes that a body gives. */
function given(exchange: Exchange, shelf: Shelf): JsonObject {
  const attributes = readResource(shelf.compiled, exchange.body, readingOf(exchange, shelf));
  const { memberRules, type } = shelf.served;
  const members = memberRules && type.members && attributes[type.members.attribute];
  if (memberRules && Array.isArray(members)) judgeNumber(memberRules, members.length);
  return attributes;
}

/** Whoever is switched off is gone in some services; what is answered is how they were in the end. */
function afterwards(exchange: Exchange, shelf: Shelf, stored: Stored): void {
  const { removes } = exchange.service.deactivation;
  if (removes && stored.active === false && isPeople(exchange.organisation, shelf))
    directory.remove(placeOf(exchange, shelf), stored);
}

/** A filter is for lists alone in some services. */
function judgeQuery({ service, query }: Exchange): void {
  if (service.refuses?.filterOutsideGet && query['filter'] !== undefined)
    throw invalid('invalidFilter', 'A filter goes with GET alone.');
}

/** Throws where a body leaves out what the service wants to see in it, with or without a value. */
function judgeNamed(names: readonly string[] = [], body: unknown): void {
  for (const name of names)
    if (!isObject(body) || member(body, name) === undefined)
      throw invalid('invalidValue', `"${name}" is required, and may be empty.`);
}

/** Throws for an answer that cannot be given as it is asked for, before anything is written. */
function judgeAnswer(exchange: Exchange, shelf: Shelf): void {
  representer(exchange, shelf);
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

function placeOf({ service, organisation, now, base }: Exchange, shelf: Shelf): Place {
  return { service, organisation, shelf, now, base };
}
