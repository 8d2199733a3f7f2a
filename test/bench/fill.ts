// The first sync without a network: `node fill.ts` in the folder of a configuration reads, plans, releases and writes down
// as `rollcall sync` does, from the sources of the program, and only the target is another: an object in this process, empty
// at first, that takes every create at once. What it leaves behind is a state that a sync of the same people would have left.
// It refuses nobody: a failed create is tried again once it has rested, in the middle of what is measured later. With
// `--refusing` it takes nothing at all: what a plan changes fails.
import { wire } from '../../src/cli/engine.ts';
import { carryOut } from '../../src/cli/sync.ts';
import { remoteOf } from '../../src/scim/remote.ts';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import type { ScimTarget } from '../../src/scim/target.ts';

let ids = 0;

const isRefusing = process.argv.includes('--refusing');

function answer({ method, body }: ScimRequest): Outcome {
  if (isRefusing)
    return {
      kind: 'failed',
      failure: { class: 'invalid', code: 'invalid', message: 'it is not what the target takes', status: 400 },
    };
  if (method !== 'POST') throw new Error(`a first sync creates, and does not ${method}`);
  ids += 1;
  return { kind: 'done', remote: remoteOf({ ...body, id: String(ids) })!, status: 201 };
}

function unasked(): never {
  throw new Error('nobody asks this of a target that is filled');
}

async function* nobody(): AsyncGenerator<never, { complete: true; count: number }> {
  await Promise.resolve();
  return { complete: true, count: 0 };
}

function targetOf(name: string): ScimTarget {
  return {
    name,
    send: (request) => Promise.resolve(answer(request)),
    list: nobody,
    listGroups: nobody,
    read: unasked,
    find: unasked,
    findGroups: unasked,
    readGroup: unasked,
    groupsOf: unasked,
    discover: unasked,
    probe: unasked,
    updateMethod: () => undefined,
    close: () => undefined,
  };
}

const options = {
  config: 'rollcall.yaml',
  json: true,
  quiet: true,
  color: false,
  logLevel: 'error',
  wait: '0s',
  show: '0',
} as const;
const { engine, ...wired } = await wire(options);
process.exitCode = await carryOut(
  options,
  [],
  { ...wired, engine: { ...engine, openTarget: ({ name }) => targetOf(name) } },
  {
    command: 'sync',
    tellJson: (pieces) => {
      process.stdout.write([...pieces].join(''));
      return Promise.resolve();
    },
  },
);
