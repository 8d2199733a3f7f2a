import { fault, isBlank } from './fault.ts';
import type { Add } from './fault.ts';

/** An attribute that has a number may come as one, from JSON. */
type Kind = 'text' | 'number';

interface Described {
  readonly kind?: Kind;
  /** The types of the arguments after the first. */
  readonly also?: readonly string[];
  /** The type of the result, where it is never absent. */
  readonly gives?: 'bool';
  /** The result for an attribute that is absent. */
  readonly absent?: unknown;
}

export type OnAttribute = (
  name: string,
  change: (value: string, ...also: never[]) => unknown,
  described?: Described,
) => void;

/**
 * Registers functions of an attribute of a directory, which is a list of texts. They take it as it stands, if it has one
 * value, and that one value, and what is absent.
 */
export function onAttributeWith(add: Add): OnAttribute {
  return (name, change, { kind = 'text', also = [], gives, absent = null } = {}) => {
    const forms = ['null', 'string', 'list', ...(kind === 'number' ? ['int', 'double'] : [])];
    for (const form of forms)
      add(`${name}(${[form, ...also].join(', ')}): ${gives ?? 'dyn'}`, (attribute, ...rest) => {
        const value = oneValue(name, attribute);
        return value === undefined ? absent : change(value, ...rest);
      });
  };
}

/** The one value of an attribute; `undefined` where it has none. */
export function oneValue(name: string, attribute: unknown): string | undefined {
  if (typeof attribute === 'string') return isBlank(attribute) ? undefined : attribute;
  if (attribute === null || attribute === undefined) return undefined;
  if (typeof attribute === 'bigint') return String(attribute);
  if (typeof attribute === 'number')
    return Number.isSafeInteger(attribute)
      ? String(attribute)
      : fault(`${name} met a number that is not whole, or too large to be exact`);
  if (typeof attribute !== 'object' || !(Symbol.iterator in attribute))
    return fault(`${name} met something that is neither text nor a list of it`);
  const values = [...(attribute as Iterable<unknown>)].filter((value) => !isBlank(value));
  if (values.length > 1) return fault(`${name} met several values where one is needed; first(…) takes one`);
  if (Array.isArray(values[0])) return fault(`${name} met a list in a list`);
  return values.length === 0 ? undefined : oneValue(name, values[0]);
}
