import { isBehind } from '../model/index.ts';
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

/** One thing that is held, in words, and how it is let through. */
export interface HeldPart {
  readonly what: string;
  readonly checksum: string;
  /** Why, in a sentence each. */
  readonly reasons: readonly string[];
  /** What to do, as far as it is known: words, and the command behind them. */
  readonly advice?: { readonly words: string; readonly command: string };
  /** What to do where it is so every time, and an approval would be wanted for ever. */
  readonly lasting?: string;
}

/** What is held, the wider first. Without a standing it is what the state holds. */
export function heldParts(
  name: string,
  held: readonly Held[],
  style: Style,
  standing?: Standing,
): readonly HeldPart[] {
  const command = (checksum: string): string => approval(name, checksum, style, standing);
  const above = wholesOf(held);
  const whole = above.map(({ kind, checksum, breaches }) => ({
    what: wholes[kind]!.what,
    checksum,
    reasons: reasons(breaches),
    advice: { words: 'if that is meant', command: command(checksum) },
    ...lastingOf(breaches),
  }));
  const kinds = held.filter((one) => !above.includes(one));
  const parts = kinds.map(({ kind, checksum, count, breaches }) => {
    const own = breaches.filter((breach) => !above.some((one) => isAmong(breach, one.breaches)));
    const words = isBehind({ breaches: own }) ? undefined : kindWords(above, own.length > 0);
    return {
      what: `${kind} ${count.toLocaleString('en-GB')}`,
      checksum,
      reasons: own.length > 0 ? reasons(own) : [`together with the ${named(above)}`],
      ...(words !== undefined && { advice: { words, command: command(checksum) } }),
    };
  });
  return [...whole, ...parts];
}

/** Another limit is measured anew after an approval; of a record that is rejected, each read says the same. */
function lastingOf(breaches: readonly Breach[]): Pick<HeldPart, 'lasting'> {
  if (!breaches.some(({ rule }) => rule === 'source.rejected')) return {};
  return {
    lasting:
      'as long as these records are rejected, each read is held: mend them or the mapping, leave them out by `where`, or raise `limits.rejected` of the source',
  };
}

/** What is held, by which limit, and how to let it through. Without a standing it is what the state holds. */
export function* heldText(
  name: string,
  held: readonly Held[],
  style: Style,
  standing?: Standing,
): Generator<string> {
  for (const { what, reasons: all, advice, lasting } of heldParts(name, held, style, standing)) {
    yield `  ${style('red', 'HELD')} ${what}: ${all.join('; ')}`;
    if (advice !== undefined) yield `       ${advice.words}: ${advice.command}`;
    if (lasting !== undefined) yield `       ${lasting}`;
  }
  if (isSeveral(held)) yield `       ${eachByItself}`;
  for (const one of standing?.others ?? []) yield `  ${style('yellow', 'not approved')}: ${otherWords(one)}`;
}

/** Whether kinds are held that nothing wider lets through together. */
export function isSeveral(held: readonly Held[]): boolean {
  return held.filter((one) => !isBehind(one)).length > 1 && wholesOf(held).length === 0;
}

export const eachByItself = 'each is approved by itself: to let all of it through, approve all of them';

function wholesOf(held: readonly Held[]): readonly Held[] {
  return Object.keys(wholes).flatMap((kind) => held.filter((one) => one.kind === kind));
}

/** How a kind is let through beside what holds it with everything else. */
function kindWords(above: readonly Held[], hasOwn: boolean): string | undefined {
  if (above.length === 0) return 'if that is meant';
  if (hasOwn) return `needs an approval of its own beside that of the ${named(above)}`;
  // A kind that is held with its target cannot be let through by itself: there may be another service now.
  if (above.some(({ kind }) => kind === 'target')) return undefined;
  return `approved with the ${named(above)}; to let nothing but this through`;
}

function named(above: readonly Held[]): string {
  return above.map(({ kind }) => wholes[kind]!.name).join(' and the ');
}

function isAmong({ rule, message }: Breach, breaches: readonly Breach[]): boolean {
  return breaches.some((one) => one.rule === rule && one.message === message);
}

function reasons(breaches: readonly Breach[]): readonly string[] {
  return breaches.map(({ message }) => plain(message));
}

/** A checksum that nothing but this plan has shown yet is given as a whole. */
function approval(name: string, checksum: string, style: Style, standing: Standing | undefined): string {
  const isKept = standing === undefined || standing.kept.has(checksum) || !standing.isSynced;
  const command = style.commands(`rollcall approve ${name} ${isKept ? checksum.slice(0, 16) : checksum}`);
  return standing?.isSynced === false
    ? `${style.commands('rollcall sync')}, which holds it, and then ${command}`
    : command;
}

export function otherWords({ checksum, actor, at }: Approval): string {
  const given = `the approval that ${plain(actor)} gave at ${when(at)}`;
  return `${given} is of another checksum, ${checksum.slice(0, 16)}, and does not count: the plan has changed. If the new one is meant, approve that`;
}
