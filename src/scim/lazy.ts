import type { ScimTarget } from './target.ts';

/** A target that is opened when it is first asked something: a run that sends nothing need not load the client. */
export function lazyTarget(name: string, open: () => Promise<ScimTarget>): ScimTarget {
  let opening: Promise<ScimTarget> | undefined;
  let opened: ScimTarget | undefined;
  const target = (): Promise<ScimTarget> => (opening ??= open().then((one) => (opened = one)));
  return {
    name,
    send: async (request) => (await target()).send(request),
    read: async (id) => (await target()).read(id),
    find: async (attribute, value) => (await target()).find(attribute, value),
    findGroups: async (attribute, value) => (await target()).findGroups(attribute, value),
    readGroup: async (id, options) => (await target()).readGroup(id, options),
    groupsOf: async (memberId) => (await target()).groupsOf(memberId),
    listGroups: async function* (before) {
      return yield* (await target()).listGroups(before);
    },
    list: async function* (before) {
      return yield* (await target()).list(before);
    },
    discover: async () => (await target()).discover(),
    probe: async () => (await target()).probe(),
    mark: async (salt) => (await target()).mark?.(salt),
    updateMethod: (endpoint) => opened?.updateMethod(endpoint),
    close: () => opened?.close(),
  };
}
