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
      required: ['identity', 'targets'],
    });
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
