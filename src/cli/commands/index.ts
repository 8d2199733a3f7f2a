import { approve, check, init, plan, sync, undo } from './everyday.ts';
import { link, links, rebuild, reconcile, rekey, unlink } from './links.ts';
import { evaluate, explain, offboard, provision } from './person.ts';
import { completion, daemon, demo, key, mock, schema } from './running.ts';
import { failures, pause, resume, retry, status, targets } from './targets.ts';
import { access, evidence, history } from './trail.ts';
import type { CommandWords, Family } from './words.ts';

/** By name, in the order in which help and the manual have them. */
export const commands: Readonly<Record<string, CommandWords | Family>> = {
  init,
  check,
  plan,
  sync,
  approve,
  reconcile,
  links,
  link,
  unlink,
  status,
  failures,
  retry,
  explain,
  access,
  evidence,
  history,
  pause,
  resume,
  offboard,
  provision,
  undo,
  rebuild,
  targets,
  eval: evaluate,
  rekey,
  daemon,
  key,
  mock,
  demo,
  schema,
  completion,
};
