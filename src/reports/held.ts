import type { Breach, Held } from '../model/index.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import { heldKinds, openApprovals } from '../store/approvals.ts';
import type { Approval } from '../store/approvals.ts';
import { plain, when } from './style.ts';
import type { Style } from './style.ts';

/** How the state stands to what is held: it decides how that is approved, and which approval does not count. */
export interface Standing {
  /** The checksums that the state holds: `approve` knows these by their first characters. */
  readonly kept: ReadonlySet<string>;
  /** Before its first sync a target has nothing that could be approved. */
  readonly isSynced: boolean;
  /** Approvals that were given for another plan than this one. */
  readonly others: readonly Approval[];
}

export function standingOf({ state, clock }: Run, { id, sealed, movedApproval }: TargetRun): Standing {
  const { held, totals, fresh, approvals } = sealed!;
  const used = new Set([movedApproval, ...approvals.map((one) => one.id)]);
  const isOther = ({ id: number, checksum, kinds }: Approval): boolean =>
    !used.has(number) &&
    ![...held, ...totals, ...fresh].some((one) => one.checksum.startsWith(checksum)) &&
    held.some(({ kind }) => kinds === undefined || (kinds as readonly string[]).includes(kind));
  return {
    kept: new Set(heldKinds(state, id).map(({ checksum }) => checksum)),
    isSynced: id !== 0,
    others: openApprovals(state, id, clock.now()).filter(isOther),
  };
}

/** What is held with all that comes of it, the wider first. */
const wholes: Partial<Record<Held['kind'], { readonly what: string; readonly name: string }>> = {
  target: { what: 'the whole target', name: 'target' },
  source: { what: 'everything that comes of this read', name: 'read' },
};

/** What is held, by which limit, and how to let it through. Without a standing it is what the state holds. */
export function* heldText(
  name: string,
  held: readonly Held[],
  style: Style,
  standing?: Standing,
): Generator<string> {
  const command = (checksum: string): string => approval(name, checksum, style, standing);
  const above = Object.keys(wholes).flatMap((kind) => held.filter((one) => one.kind === kind));
  for (const { kind, checksum, breaches } of above) {
    yield `  ${style('red', 'HELD')} ${wholes[kind]!.what}: ${reasons(breaches)}`;
    yield `       if that is meant: ${command(checksum)}`;
  }
  const kinds = held.filter((one) => !above.includes(one));
  for (const one of kinds) {
    const own = one.breaches.filter((breach) => !above.some((whole) => isAmong(breach, whole.breaches)));
    const what = `${one.kind} ${one.count.toLocaleString('en-GB')}`;
    yield `  ${style('red', 'HELD')} ${what}: ${own.length > 0 ? reasons(own) : `together with the ${named(above)}`}`;
    yield* kindText(command(one.checksum), above, own.length > 0);
  }
  if (above.length === 0 && kinds.length > 1)
    yield '       each is approved by itself: to let all of it through, approve all of them';
  for (const one of standing?.others ?? []) yield otherText(one, style);
}

/** How a kind is let through beside what holds it with everything else. */
function* kindText(command: string, above: readonly Held[], hasOwn: boolean): Generator<string> {
  if (above.length === 0) yield `       if that is meant: ${command}`;
  else if (hasOwn) yield `       needs an approval of its own beside that of the ${named(above)}: ${command}`;
  // A kind that is held with its target cannot be let through by itself: there may be another service now.
  else if (!above.some(({ kind }) => kind === 'target'))
    yield `       approved with the ${named(above)}; to let nothing but this through: ${command}`;
}

function named(above: readonly Held[]): string {
  return above.map(({ kind }) => wholes[kind]!.name).join(' and the ');
}

function isAmong({ rule, message }: Breach, breaches: readonly Breach[]): boolean {
  return breaches.some((one) => one.rule === rule && one.message === message);
}

function reasons(breaches: readonly Breach[]): string {
  return breaches.map(({ message }) => plain(message)).join('; ');
}

/** A checksum that nothing but this plan has shown yet is given as a whole. */
function approval(name: string, checksum: string, style: Style, standing: Standing | undefined): string {
  const isKept = standing === undefined || standing.kept.has(checksum) || !standing.isSynced;
  const command = style.commands(`rollcall approve ${name} ${isKept ? checksum.slice(0, 16) : checksum}`);
  return standing?.isSynced === false
    ? `${style.commands('rollcall sync')}, which holds it, and then ${command}`
    : command;
}

function otherText({ checksum, actor, at }: Approval, style: Style): string {
  const given = `the approval that ${plain(actor)} gave at ${when(at)}`;
  return `  ${style('yellow', 'not approved')}: ${given} is of another checksum, ${checksum.slice(0, 16)}, and does not count: the plan has changed. If the new one is meant, approve that`;
}
