import { RollcallError } from '../model/index.ts';
import type { Configuration, Held, Kind } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { approve, heldAs, heldKinds } from '../store/approvals.ts';
import { withState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { chosenTargets } from './build.ts';

/** What somebody has looked at and lets through, and who says so. */
export interface Approve {
  readonly name: string;
  /** As a plan shows it, or its first 12 characters and more. */
  readonly checksum: string;
  readonly kinds?: readonly Kind[];
  /** The people whom it is for; all of them, if it is not given. */
  readonly keys?: readonly string[];
  readonly actor: string;
}

/**
 * Lets through what a target holds, once and for 24 hours, if a plan that is made anew has this checksum (rule 23). Writes a
 * row and is done, whoever delivers (rule 26). Returns what is held with this checksum; nothing where it is that of a plan
 * which was only looked at. Throws `RollcallError('usage')` for a target that there is not, and a checksum that is none.
 */
export function approveOn(
  configuration: Configuration,
  { name, ...given }: Approve,
  now: number,
): Promise<readonly Held[]> {
  const [chosen] = chosenTargets(configuration, [name]);
  return withState(configuration.state, false, (state) => {
    const row = targetRow(state, name, chosen!.renamedFrom);
    if (row === undefined)
      throw new RollcallError('usage', {
        message: `${name} was never synced, so nothing of it is held`,
        hint: 'rollcall sync holds what a limit stops, and shows the checksum',
      });
    refuseUnknown(state, row.id, name, given.checksum);
    return approve(state, { target: row.id, name, ...given, now });
  });
}

const whole = /^[0-9a-f]{64}$/i;
/** As short as `approve` itself takes it: what is shorter, or no checksum, is told by its own words. */
const part = /^[0-9a-f]{12,63}$/i;

/**
 * A part of a checksum is known by what it begins: where nothing that is held begins with it, it is mistyped or out of
 * date. A whole one may be of a plan that was only looked at, which is why `plan` shows it as a whole.
 */
export function refuseUnknown(state: State, target: number, name: string, checksum: string): void {
  if (whole.test(checksum) || !part.test(checksum)) return;
  if (heldAs(state, target, checksum.toLowerCase()).length > 0) return;
  const held = heldKinds(state, target);
  throw new RollcallError('usage', {
    message: [`nothing that is held on ${name} has the checksum ${checksum}`, ...heldLines(held)].join('\n'),
    hint: 'of a plan that was looked at and never synced, give the whole checksum, as rollcall plan shows it',
  });
}

function heldLines(held: readonly Held[]): readonly string[] {
  if (held.length === 0) return ['nothing at all is held there at the moment'];
  return held.map(({ kind, count, checksum }) => `held: ${kind} ${count}, ${checksum.slice(0, 16)}`);
}
