import { TargetError } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';

/**
 * A target that nobody connects to: what would be created is taken to be absent there, and whatever else is asked has no
 * answer. Whether somebody has an account already is asked when a sync comes to it.
 */
export function offlineTarget(name: string): ScimTarget {
  const refuse = (): never => {
    throw new TargetError({ class: 'target', code: 'unreachable', message: `${name} was not asked` });
  };
  const nobody = async () => [];
  return {
    name,
    send: async () => refuse(),
    read: async () => refuse(),
    find: nobody,
    findGroups: nobody,
    readGroup: async () => refuse(),
    groupsOf: async () => refuse(),

    async *listGroups() {
      return { complete: true, count: 0 };
    },

    async *list() {
      return { complete: true, count: 0 };
    },
    discover: async () => refuse(),
    probe: async () => refuse(),
    updateMethod: () => undefined,
    close: () => undefined,
  };
}
