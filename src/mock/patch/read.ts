import { isObject } from '../../model/index.ts';
import type { Dialect } from '../dialect.ts';
import { invalid, refuse, shown } from '../refusal.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string | undefined;
  readonly value: unknown;
}

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const WANTED = PATCH_OP.toLowerCase();

/**
 * The operations of a PatchOp message (RFC 7644 §3.5.2); `op` in any case. Their values are judged one by one later.
 * Throws `invalidSyntax` for what is no such message, and 413 for more operations than `limit`.
 */
export function readPatch(body: unknown, limit: number, dialect: Dialect = {}): readonly PatchOperation[] {
  if (!isObject(body))
    throw invalid('invalidSyntax', 'The body has to be a JSON object with a PatchOp message.');
  judgeSchemas(member(body, 'schemas'), dialect);
  const operations = member(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw invalid('invalidSyntax', '"Operations" has to be an array with at least one operation.');
  }
  if (operations.length > limit) {
    throw refuse(
      413,
      undefined,
      `${operations.length} operations are more than the ${limit} that one PATCH may hold.`,
    );
  }
  return operations.map((operation, position) => readOperation(operation, position, dialect));
}

function readOperation(operation: unknown, position: number, { accepts, refuses }: Dialect): PatchOperation {
  const place = `Operation ${position + 1}`;
  if (!isObject(operation)) throw invalid('invalidSyntax', `${place} has to be an object.`);
  const op = member(operation, 'op');
  const name = typeof op === 'string' ? op.toLowerCase() : undefined;
  if (name !== 'add' && name !== 'replace' && name !== 'remove') {
    throw invalid('invalidSyntax', `${place}: "op" has to be add, replace or remove, not ${shown(op)}.`);
  }
  const path = member(operation, 'path') ?? undefined;
  if (path !== undefined && typeof path !== 'string') {
    throw invalid('invalidPath', `${place}: "path" has to be a string, not ${shown(path)}.`);
  }
  if (path === undefined && refuses?.pathless)
    throw invalid('invalidSyntax', `${place}: this service needs a "path" in every operation.`);
  const given = member(operation, 'value');
  const isNamed = accepts?.namedValues && path !== undefined && isObject(given) && Object.hasOwn(given, path);
  if (refuses?.plainValues && path !== undefined && given !== undefined && !isNamed)
    throw invalid(
      'invalidSyntax',
      `${place}: beside a "path" the "value" has to be an object with what it names.`,
    );
  const value = isNamed ? given[path] : given;
  if (name === 'remove' && path === undefined)
    throw invalid('noTarget', `${place}: "remove" needs a "path".`);
  if (name !== 'remove' && value === undefined)
    throw invalid('invalidValue', `${place}: "${name}" needs a "value".`);
  if (path === undefined && !isObject(value)) {
    throw invalid(
      'invalidValue',
      `${place}: without a "path" the "value" has to be an object with attributes.`,
    );
  }
  return { op: name, path: path, value };
}

/** A member of a message, its name in any case (RFC 7643 §2.1). */
export function member(object: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const found = Object.keys(object).find((key) => key.toLowerCase() === lower);
  return found === undefined ? undefined : object[found];
}

/** The body "MUST contain" it (RFC 7644 §3.5.2). */
function judgeSchemas(value: unknown, { refuses }: Dialect): void {
  const named =
    Array.isArray(value) && value.some((urn) => typeof urn === 'string' && urn.toLowerCase() === WANTED);
  if (!named || (refuses?.unknownPaths && (value as readonly unknown[]).length > 1))
    throw invalid('invalidSyntax', `"schemas" has to name ${PATCH_OP}.`);
}
