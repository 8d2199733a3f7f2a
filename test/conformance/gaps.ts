/** A requirement that a profile does not meet at its service, since no line of a profile can say so yet. */
export interface Gap {
  readonly profile: string;
  /** How the requirement's name begins. */
  readonly requirement: string;
  readonly why: string;
}

/** What is known to be missing. Each of them has to go on failing: one that holds is to be taken out. */
export const gaps: readonly Gap[] = [];

export function gapOf(profile: string, requirement: string): Gap | undefined {
  return gaps.find((gap) => gap.profile === profile && requirement.startsWith(gap.requirement));
}
