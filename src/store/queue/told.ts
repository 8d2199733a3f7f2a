import { canonical } from '../../model/index.ts';
import type { Answered, AttributeChange, Resource } from '../../model/index.ts';
import type { Leased, Step } from './leased.ts';
import type { MemberOutcome } from './leased.ts';

/** What is written down of people who come into a group, or go out of it. */
export interface ToldMembers {
  readonly kind: 'members';
  readonly operation: Pick<Leased, 'kind' | 'key' | 'group'>;
  readonly outcomes: readonly MemberOutcome[];
}

/** What is written down of an operation besides its outcome. */
export interface ToldOperation extends Pick<
  Leased,
  | 'id'
  | 'person'
  | 'group'
  | 'key'
  | 'kind'
  | 'part'
  | 'why'
  | 'changes'
  | 'secretDigest'
  | 'lacksPassword'
  | 'attempts'
> {
  /** Of the account that it had. */
  readonly remoteId?: string;
}

/** A step as it is written down: its resources are canonical texts, so that it is small to carry to another thread. */
export type Told = ToldStep | ToldMembers;

/** The same of one operation. */
export type ToldStep =
  | (Answered & {
      readonly kind: 'done';
      readonly operation: ToldOperation;
      readonly account: {
        readonly remoteId: string;
        readonly resource: string;
        readonly state: 'linked' | 'invited';
        readonly origin?: 'adopted';
      } | null;
      readonly owed?: {
        readonly manager: string;
        readonly after: string;
        readonly change: AttributeChange;
      };
    })
  | (Answered & {
      readonly kind: 'retry';
      readonly operation: ToldOperation;
      readonly runAt: number;
      readonly error: string;
      readonly code: string;
      readonly counted: boolean;
      readonly confirmed?: string;
    })
  | (Answered & {
      readonly kind: 'failed' | 'waiting';
      readonly operation: ToldOperation;
      readonly error: string;
      readonly code: string;
      readonly confirmed?: string;
    })
  | (Answered & {
      readonly kind: 'doubt';
      readonly operation: ToldOperation;
      readonly error: string;
      readonly code: string;
    });

/** `textOf` gives the canonical text of a resource. */
export function toldOf(step: Step, textOf: (resource: Resource) => string): Told {
  if (step.kind === 'members') {
    const { kind, key, group } = step.operation;
    return { ...step, operation: { kind, key, ...(group !== undefined && { group }) } };
  }
  const operation = operationOf(step.operation);
  switch (step.kind) {
    case 'done': {
      const { account, owed } = step;
      return {
        ...step,
        operation,
        account: account && { ...account, resource: textOf(account.resource) },
        ...(owed && { owed: { ...owed, after: textOf(owed.after) } }),
      } as Told;
    }
    case 'doubt':
      return { ...step, operation };
    case 'retry':
    case 'failed':
    case 'waiting': {
      const { confirmed, ...rest } = step;
      return { ...rest, operation, ...(confirmed && { confirmed: canonical(confirmed) }) };
    }
  }
}

function operationOf(leased: Leased): ToldOperation {
  const { id, person, group, key, kind, part, why, changes, secretDigest, lacksPassword, attempts, account } =
    leased;
  return {
    id,
    person,
    ...(group !== undefined && { group }),
    key,
    kind,
    part,
    why,
    changes,
    attempts,
    ...(secretDigest !== undefined && { secretDigest }),
    ...(lacksPassword && { lacksPassword }),
    ...(account && { remoteId: account.remoteId }),
  };
}
