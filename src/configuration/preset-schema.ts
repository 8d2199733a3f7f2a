import { isObject } from '../model/index.ts';

type Node = Readonly<Record<string, unknown>>;

const description =
  'What is known of an export that many people have, such as okta or entra: it brings everything about the source but the path, and the identity. What stands here is laid over it, and null takes a part of it away.';

/**
 * The schema for editors of a configuration that may name a preset: with one, only the path has to be said of its source,
 * and nothing of the identity. What is laid over the preset is judged as a whole when the configuration is loaded.
 */
export function withPresets(schema: Node): Node {
  const { source, sources, identity, ...rest } = schema['properties'] as Readonly<Record<string, Node>>;
  const { required: always, ...loose } = identity!;
  return {
    ...schema,
    properties: {
      ...rest,
      source: orPreset(source!),
      sources: { ...sources, additionalProperties: orPreset(sources!['additionalProperties'] as Node) },
      identity: { ...loose, properties: nullable(loose['properties'] as Node) },
    },
    required: (schema['required'] as readonly string[]).filter((name) => name !== 'identity'),
    if: {
      anyOf: [
        { required: ['source'], properties: { source: named } },
        { required: ['sources'], properties: { sources: { not: { additionalProperties: { not: named } } } } },
      ],
    },
    else: { required: ['identity'], properties: { identity: { required: always } } },
  };
}

const named = { required: ['preset'] };

/** What a source may be, or one with a preset. */
function orPreset(source: Node): Node {
  const kinds = source['oneOf'] as readonly Node[];
  return { ...source, oneOf: [...kinds, presetSource(kinds)] };
}

/** A source with a preset: whatever any connector takes. */
function presetSource(kinds: readonly Node[]): Node {
  const all = kinds.map((kind) => kind['properties'] as Readonly<Record<string, Node>>);
  const { connector, path, expect, groups, ...others } = Object.assign({}, ...all) as Readonly<
    Record<string, Node>
  >;
  const expectations = all.map((one) => (one['expect']?.['properties'] ?? {}) as Node);
  return {
    type: 'object',
    properties: {
      preset: { type: 'string', minLength: 1, description },
      connector: {
        ...without(connector!, 'const'),
        description: "The kind of source, in place of the preset's.",
        enum: all.map((one) => one['connector']!['const']),
      },
      path,
      ...nullable({
        ...others,
        expect: { ...expect, properties: nullable(Object.assign({}, ...expectations) as Node) },
        groups: onlyPaths(groups!),
      }),
    },
    required: ['preset', 'path'],
    additionalProperties: false,
  };
}

/** Of groups that are listed apart, a preset leaves no more to say than where the lists are. */
function onlyPaths(groups: Node): Node {
  const { path, members, ...others } = groups['properties'] as Readonly<Record<string, Node>>;
  return { ...groups, properties: { path, members, ...nullable(others) }, required: ['path', 'members'] };
}

function without(node: Node, name: string): Node {
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== name));
}

function nullable(properties: Node): Node {
  return Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, isObject(node) ? orNull(node) : node]),
  );
}

function orNull(node: Node): Node {
  const { description: said, ...rest } = node;
  return { anyOf: [rest, { type: 'null' }], ...(said !== undefined && { description: said }) };
}
