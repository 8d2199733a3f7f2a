import type { ScimTarget } from '../../src/scim/target.ts';
import type { Lawless } from './play.ts';

/** What has no answer is taken to have failed, and is sent again. */
function takesForFailed(target: ScimTarget): ScimTarget {
  return {
    ...target,
    send: async (request) => {
      const outcome = await target.send(request);
      if (outcome.kind === 'done' || outcome.failure.class !== 'unanswered') return outcome;
      return { kind: 'failed', failure: { ...outcome.failure, class: 'transient' } };
    },
  };
}

/**
 * The same product without one of its laws, or rules. Each is a small change of what it asks of its state or is told by
 * a target, and none of it is anywhere but here.
 */
export const LAWLESS = {
  /** Law 11: what is in doubt is sent again, unread. */
  'doubts are sent again': {
    atStart: [`UPDATE operation SET state = 'open' WHERE state = 'leased'`],
    target: takesForFailed,
  },
  /** Law 11: what is in doubt is forgotten, and the last confirmed account is believed. */
  'the last confirmed is believed': {
    atStart: [`DELETE FROM operation WHERE state = 'leased'`],
  },
  /** Law 5: the account, the operation and the trail are written one after the other. */
  'the account moves apart': { apart: true },
  /** Law 6: a read that is not complete is taken for one that is. */
  'half a read is believed': { believesReads: true },
  /** Law 12: whoever is to be sent last is sent first. */
  'leavers go last': {
    statement: (sql) =>
      sql.includes('ORDER BY operation.phase, operation.id LIMIT')
        ? sql
            .replace('ORDER BY operation.phase,', 'ORDER BY operation.phase DESC,')
            .replace('operation.phase <= ?', '? >= 0')
        : sql,
  },
  /** Rule 24: yesterday's plan is still carried out. */
  'old plans go on': {
    statement: (sql) =>
      sql.startsWith(`DELETE FROM operation WHERE target = :target AND state <> 'leased'`)
        ? sql.replace('WHERE target = :target', 'WHERE 0 AND target = :target')
        : sql,
  },
} as const satisfies Readonly<Record<string, Lawless>>;
