import type { ASTNode } from '@marcbachmann/cel-js';
import { attributeOf, enterprise, userAttributes } from './attributes.ts';
import { clockFunctions, linearMatches, writtenArguments } from './functions/index.ts';
import { didYouMean } from '../model/nearest.ts';
import { PatternError } from './pattern.ts';
import type { Fault } from './pieces.ts';

export type Variable = 'record' | 'identity' | 'groups';

/** What an expression reads, found by walking its tree. */
export interface Reads {
  /** Names after `record.` that a record has to have. */
  readonly columns: ReadonlySet<string>;
  /** Names after `record.NAME.`, each with that name before it. */
  readonly within: readonly (readonly [string, string])[];
  /** All names that it looks for in a record. */
  readonly fields: ReadonlySet<string>;
  /** `record` is read otherwise than by names that are written out. */
  readonly wholeRecord: boolean;
  /** Every text that is written out, but for names of fields. */
  readonly texts: ReadonlySet<string>;
  readonly variables: ReadonlySet<Variable>;
  readonly readsClock: boolean;
  readonly callsReference: boolean;
  /** Attributes after `identity.`, up to two names deep. */
  readonly attributes: readonly (readonly string[])[];
  /** `identity` is read otherwise than by the name of an attribute. */
  readonly wholeIdentity: boolean;
  /** Attributes that the expression asks `has(…)` for, as `name` or `name.part`. */
  readonly asked: ReadonlySet<string>;
  readonly faults: readonly (Fault & { readonly end: number })[];
}

const variables: readonly string[] = ['record', 'identity', 'groups'];
const binders = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

export function readsOf(root: ASTNode): Reads {
  const reader = new TreeReader();
  reader.visit(root);
  for (const name of reader.optional) reader.columns.delete(name);
  return reader;
}

class TreeReader {
  readonly columns = new Set<string>();
  readonly fields = new Set<string>();
  readonly within: [string, string][] = [];
  readonly optional = new Set<string>();
  readonly texts = new Set<string>();
  readonly variables = new Set<Variable>();
  readonly attributes: string[][] = [];
  readonly asked = new Set<string>();
  readonly faults: (Fault & { end: number })[] = [];
  readsClock = false;
  callsReference = false;
  wholeRecord = false;
  wholeIdentity = false;

  visit(node: ASTNode): void {
    if (node.op === 'value') return this.#value(node.args);
    if (node.op === 'id') return this.#variable(node.args);
    if (node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]')
      return this.#access(node);
    if (node.op === 'call') return this.#call(node.args[0], node.args[1]);
    if (node.op === 'rcall') return this.#method(node);
    if (node.op === 'map') return node.args.forEach((entry) => entry.forEach((item) => this.visit(item)));
    if (node.op === '!_' || node.op === '-_') return this.visit(node.args);
    for (const item of node.args) this.visit(item);
  }

  #value(value: unknown): void {
    if (typeof value === 'string') this.texts.add(value);
  }

  #variable(name: string): void {
    if (!variables.includes(name)) return;
    this.variables.add(name as Variable);
    if (name === 'identity') this.wholeIdentity = true;
    if (name === 'record') this.wholeRecord = true;
  }

  #access(node: ASTNode): void {
    const path = accessPath(node);
    if (path?.[0] === 'record') {
      this.variables.add('record');
      this.columns.add(path[1]!);
      this.fields.add(path[1]!);
      if (path[2] !== undefined) this.within.push([path[1]!, path[2]]);
    } else if (path?.[0] === 'identity') {
      this.variables.add('identity');
      this.attributes.push(path.slice(1, 3));
      this.#checkAttribute(node, path.slice(1, 3));
    } else if (node.op === '[]' || node.op === '[?]') {
      this.visit(node.args[0]);
      this.visit(node.args[1]);
    } else if (node.op === '.' || node.op === '.?') {
      this.visit(node.args[0]);
    }
  }

  #checkAttribute(node: ASTNode, [first, second]: readonly string[]): void {
    if (first === undefined || first === 'key' || first === 'active') return;
    const known = [...userAttributes, enterprise];
    const attribute = attributeOf(known, first);
    if (!attribute) return this.#unknown(node, first, [...known.map((one) => one.name), 'key', 'active']);
    if (second === undefined || attribute.kind !== 'complex' || attributeOf(attribute.parts, second)) return;
    this.#unknown(
      node,
      second,
      attribute.parts.map((part) => part.name),
    );
  }

  #unknown(node: ASTNode, name: string, known: readonly string[]): void {
    const hint = didYouMean(name, known);
    this.#fault(node, `an identity has no attribute ${name}`, hint ?? `it may have ${known.join(', ')}`);
  }

  #call(name: string, args: readonly ASTNode[]): void {
    if (clockFunctions.has(name)) this.readsClock = true;
    if (name === 'ref') this.callsReference = true;
    if (name === 'has' && args.length === 1) return this.#has(args[0]!);
    if (name === 'get' && args.length === 2 && args[0]!.op === 'id' && args[0].args === 'record') {
      this.variables.add('record');
      if (args[1]!.op === 'value' && typeof args[1].args === 'string')
        return void this.fields.add(args[1].args);
    }
    if (name === 'get' && args.length === 2) this.#within(accessPath(args[0]!), args[1]!);
    this.#checkWritten(name, args[1]);
    for (const argument of args) this.visit(argument);
  }

  /** `get(record.ldap, "mail")` reads that of what stands in the field. */
  #within(path: readonly string[] | undefined, name: ASTNode): void {
    if (path?.length === 2 && path[0] === 'record' && name.op === 'value' && typeof name.args === 'string')
      this.within.push([path[1]!, name.args]);
  }

  #method(node: ASTNode & { op: 'rcall' }): void {
    const [name, receiver, args] = node.args;
    if (name === 'matches') {
      this.#checkWritten(name, args[0]);
      node.args[0] = linearMatches;
    }
    const bound = binders.has(name) ? args[0] : undefined;
    if (bound?.op === 'id' && variables.includes(bound.args))
      this.#fault(bound, `${bound.args} is a name that every expression knows already`, 'take another name');
    this.visit(receiver);
    for (const argument of args) this.visit(argument);
  }

  /** `has(record.x)` asks whether a record has the column: then the file need not have it. */
  #has(node: ASTNode): void {
    const path = accessPath(node);
    if (path?.[0] === 'record') this.optional.add(path[1]!);
    if (path?.[0] === 'identity') this.asked.add(path.slice(1, 3).join('.'));
    this.visit(node);
  }

  #checkWritten(name: string, node: ASTNode | undefined): void {
    const written = Object.hasOwn(writtenArguments, name) ? writtenArguments[name] : undefined;
    if (!written || !node) return;
    if (node.op !== 'value') {
      this.#fault(node, `the ${written.what} of ${name} is written out, and is no expression`);
    } else if (typeof node.args === 'string') {
      try {
        const message = written.problem(node.args);
        if (message !== undefined) this.#fault(node, message);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        this.#fault(node, `this pattern cannot be used: ${error.message}`);
      }
    }
  }

  #fault(node: ASTNode, message: string, hint?: string): void {
    this.faults.push({ message, start: node.pos, end: node.end, ...(hint !== undefined && { hint }) });
  }
}

/** The names of `record.a`, `record["a"]`, `identity.name.givenName`, from the variable on. */
function accessPath(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return node.args === 'record' || node.args === 'identity' ? [node.args] : undefined;
  if (node.op === '.' || node.op === '.?') return extended(accessPath(node.args[0]), node.args[1]);
  if (node.op !== '[]' && node.op !== '[?]') return undefined;
  const index = node.args[1];
  return index.op === 'value' && typeof index.args === 'string'
    ? extended(accessPath(node.args[0]), index.args)
    : undefined;
}

function extended(path: string[] | undefined, name: string): string[] | undefined {
  return path && [...path, name];
}
