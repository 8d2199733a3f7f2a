import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, RollcallError } from '../../model/index.ts';

/** Somebody to whom something happens on a day. */
export interface Told {
  readonly key: string;
  /** What becomes of it under config/rollcall.yaml, without `active`: `title`, `enterprise.department`. */
  readonly attributes?: readonly string[];
}

/** What one file should send, as config/people/story.json tells it. */
export interface Step {
  readonly name: string;
  readonly file: string;
  readonly created: readonly string[];
  readonly updated: readonly Told[];
  readonly deactivated: readonly Told[];
  readonly reactivated: readonly Told[];
  readonly rejected: readonly Told[];
  /** Whose invitation nobody has accepted when the day is over. */
  readonly invitationsLeftOpen: readonly string[];
  readonly holds: { readonly accounts: number; readonly switchedOff: number };
  /** The file is not to be believed: nothing is sent. */
  readonly held?: boolean;
}

const lists = ['created', 'updated', 'deactivated', 'reactivated', 'rejected', 'invitationsLeftOpen'];

/** The steps of the sample company. Throws `RollcallError('source')` where the story is not to be had. */
export function readStory(folder: string): readonly Step[] {
  const file = join(folder, 'story.json');
  const wrong = (message: string): RollcallError =>
    new RollcallError('source', {
      message,
      locus: { file },
      hint: 'it comes with Rollcall; in a checkout, `node scripts/company.js` makes it again',
    });
  let story: unknown;
  try {
    story = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`the story of the sample company cannot be read: ${(error as Error).message}`);
  }
  const steps = isObject(story) ? story['steps'] : undefined;
  if (!Array.isArray(steps) || !steps.every(isStep)) throw wrong('this is no story of a sample company');
  return steps;
}

function isStep(value: unknown): value is Step {
  return (
    isObject(value) &&
    typeof value['name'] === 'string' &&
    typeof value['file'] === 'string' &&
    lists.every((name) => Array.isArray(value[name])) &&
    isObject(value['holds'])
  );
}
