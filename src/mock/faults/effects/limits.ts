import { isObject } from '../../../model/index.ts';
import { errorAnswer } from '../../protocol/answers.ts';
import { isPerson } from '../asked.ts';
import { memberOf } from '../bodies.ts';
import type { Effect } from '../effect.ts';
import { operationsOf } from '../patches.ts';
import * as takes from '../takes.ts';
import { numberOf } from '../words.ts';
import { statusAnswer } from './messages.ts';

/** Where a service says: no further. */
export const limits: Readonly<Record<string, Effect>> = {
  expire: {
    takes: takes.nothing,
    says: 'the credential of the request is not good any more, and gets 401 from now on; another one, of POST /_mock/keys, is good',
    sources: ['https://www.rfc-editor.org/rfc/rfc6750#section-3.1'],
    when: 'before',
    applies: ({ exchange, memory: { tokens } }) => tokens.size === 0 || tokens.has(exchange.credential.token),
    answer: ({ exchange, service, memory }) => {
      memory.tokens.add(exchange.credential.token);
      const { unknown, challenge } = service.authentication;
      const header = { 'www-authenticate': `Bearer realm="${service.name}", error="invalid_token"` };
      return errorAnswer(service, unknown, challenge ? header : undefined);
    },
  },
  licences: {
    takes: takes.whole('a number of people'),
    says: 'whoever is created beyond so many active people gets 403, or status=N',
    sources: [
      'https://github.com/antifailure/antifailure/pull/446',
      'https://github.com/onyx-dot-app/onyx/pull/8401',
    ],
    when: 'before',
    ownStatus: true,
    operations: ['create'],
    applies: ({ shelf, value }) => {
      if (!shelf || !isPerson(shelf)) return false;
      let active = 0;
      for (const one of shelf.resources.all()) if (one.active) active++;
      return active >= Number(value);
    },
    answer: (asked) =>
      statusAnswer(
        asked,
        numberOf(asked.spec['status'], 403),
        `All ${String(asked.value)} licences are in use.`,
      ),
  },
  maxMembers: {
    takes: takes.whole('a number of members'),
    says: 'a request with more members than that gets 413, or status=N',
    sources: [
      'https://developers.miro.com/reference/rate-limits',
      'https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchgroup.html',
    ],
    when: 'before',
    ownStatus: true,
    operations: ['create', 'replace', 'patch'],
    applies: ({ exchange, shelf, value }) => {
      const members = shelf?.served.type.members;
      return members !== undefined && membersIn(exchange.body, members.attribute) > Number(value);
    },
    answer: (asked) =>
      statusAnswer(
        asked,
        numberOf(asked.spec['status'], 413),
        `More than ${String(asked.value)} members are too many for one request.`,
      ),
  },
};

function membersIn(body: unknown, attribute: string): number {
  if (!isObject(body)) return 0;
  const whole = lengthOf(memberOf(body, attribute));
  return operationsOf(body).reduce((sum, { path, value }) => {
    if (path !== undefined) {
      const isOurs = path.toLowerCase().startsWith(attribute.toLowerCase());
      return sum + (isOurs ? Math.max(1, lengthOf(value)) : 0);
    }
    return sum + (isObject(value) ? lengthOf(memberOf(value, attribute)) : 0);
  }, whole);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
