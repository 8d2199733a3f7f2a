import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../src/configuration/index.ts';
import { isObject } from '../../src/model/index.ts';

const root = join(import.meta.dirname, '../..');

describe('the JSON Schema', () => {
  const schema = JSON.parse(JSON.stringify(configurationSchema())) as Record<string, unknown>;

  it('in config/ is the one that the code gives', () => {
    expect(JSON.parse(readFileSync(join(root, 'config/schema.json'), 'utf8'))).toEqual(schema);
  });

  it('is of draft 2020-12 and takes no unknown key', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
      required: ['targets'],
    });
  });

  it('asks for an identity and a key where there is no preset, and for a path in any case', () => {
    const { properties, else: without, if: named } = schema as Record<string, Record<string, unknown>>;
    expect(named).toMatchObject({
      anyOf: [{ properties: { source: { required: ['preset'] } } }, { required: ['sources'] }],
    });
    expect(without).toEqual({
      required: ['identity'],
      properties: { identity: { required: ['userName'] } },
    });
    interface Source {
      readonly oneOf: readonly { readonly required: readonly string[]; readonly properties: object }[];
    }
    const { source, sources } = properties as unknown as {
      readonly source: Source;
      readonly sources: { readonly additionalProperties: Source };
    };
    for (const { oneOf } of [source, sources.additionalProperties]) {
      const preset = oneOf.filter((one) => Object.hasOwn(one.properties, 'preset'));
      expect(preset.map(({ required }) => required)).toEqual([['preset', 'path']]);
    }
    expect(source.oneOf.filter(({ required }) => required.includes('key'))).toHaveLength(
      source.oneOf.length - 1,
    );
  });

  it('describes every key', () => {
    const silent: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (Array.isArray(node)) return node.forEach((item, index) => visit(item, `${path}/${index}`));
      if (!isObject(node)) return;
      if (isObject(node['properties']) && node['type'] === 'object') {
        if (node['additionalProperties'] !== false) silent.push(`${path} is open`);
        for (const [name, property] of Object.entries(node['properties']))
          if (!isObject(property) || typeof property['description'] !== 'string')
            silent.push(`${path}.${name}`);
      }
      for (const [name, item] of Object.entries(node)) visit(item, `${path}/${name}`);
    };
    visit(schema, '');
    expect(silent).toEqual([]);
  });
});
