/** An account of the target that a create would collide with. */
export interface Match {
  readonly remoteId: string;
  readonly by: 'externalId' | 'userName' | 'emails.value';
  readonly active: boolean;
  /** The key of the person whose account it is, where it is somebody's. */
  readonly owner?: string;
  /** The key of another person whose externalId it has, though it is not linked to them. */
  readonly anchor?: string;
}

export type Correlation =
  | { readonly situation: 'absent' }
  | { readonly situation: 'adoptable'; readonly match: Match }
  | { readonly situation: 'disputed' | 'nameTaken'; readonly reason: string };

/**
 * What the accounts that a create would meet mean for it (rules 10 and 11).
 *
 * | met                                             | so                                     |
 * |-------------------------------------------------|----------------------------------------|
 * | none                                            | absent: create                         |
 * | one that is linked to somebody else             | nameTaken                              |
 * | several                                         | disputed                               |
 * | one with the externalId of somebody else        | disputed: it is theirs (rule 8)             |
 * | one, active, or recognised by externalId        | adoptable: a link, which waits for approval |
 * | one, switched off, recognised by a name alone   | disputed: it may be a former colleague's    |
 */
export function correlate(matches: readonly Match[]): Correlation {
  const byId = new Map<string, Match>();
  for (const match of matches) {
    const known = byId.get(match.remoteId);
    if (known === undefined || match.by === 'externalId') byId.set(match.remoteId, match);
  }
  const owned = [...byId.values()].find((match) => match.owner !== undefined);
  if (owned) return { situation: 'nameTaken', reason: `the account of ${owned.owner} has this ${owned.by}` };
  const exact = [...byId.values()].filter((match) => match.by === 'externalId');
  const candidates = exact.length > 0 ? exact : [...byId.values()];
  const [only] = candidates;
  if (only === undefined) return { situation: 'absent' };
  if (candidates.length > 1)
    return {
      situation: 'disputed',
      reason: `${candidates.length} accounts match by ${only.by}: ${candidates.map((one) => one.remoteId).join(', ')}`,
    };
  if (only.anchor !== undefined && only.by !== 'externalId')
    return {
      situation: 'disputed',
      reason: `an account (${only.remoteId}) has this ${only.by}, and the externalId of ${only.anchor}`,
    };
  if (only.active || only.by === 'externalId') return { situation: 'adoptable', match: only };
  return {
    situation: 'disputed',
    reason: `an account that is switched off (${only.remoteId}) has this ${only.by}; it may be somebody else's`,
  };
}
