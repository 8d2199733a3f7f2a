import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { areaOf, violations } from './walls/rules.ts';
import { loadedWith, parse, readSources } from './walls/sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readSources(root, ['src', 'connectors']);

test('no file reaches through a wall', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(violations(files)).toEqual([]);
});

test('the files that matter most stand where the walls expect them', () => {
  expect(areaOf('src/scim/schema.ts')).toBe('protocol');
  expect(areaOf('src/scim/client.ts')).toBe('scim');
  expect(areaOf('connectors/targets/cosmo/profile.ts')).toBe('profile');
  expect(areaOf('connectors/targets/cosmo/service.ts')).toBe('service');
  expect(files.filter((file) => areaOf(file.path) === 'planning').length).toBeGreaterThan(5);
});

describe('reading imports', () => {
  const importsOf = (source: string) =>
    parse('src/planning/x.ts', source).imports.map(({ from, isType, isLate }) =>
      [from, isType ? 'type' : '', isLate ? 'late' : ''].filter((word) => word !== '').join(' '),
    );

  test('every form of an import is seen', () => {
    expect(
      importsOf(`
        import a from './a.ts';
        import { b, type C } from '../model/index.ts';
        import type {
          D,
          E,
        } from '../store/state.ts';
        import * as z from 'zod';
        import 'got';
        export { f } from './f.ts';
        export * from './g.ts';
        export type { H } from "./h.ts";
        const i = await import('./i.ts');
        type J = import('@marcbachmann/cel-js/evaluator').J;
      `),
    ).toEqual([
      'src/planning/a.ts',
      'src/model/index.ts',
      'src/store/state.ts type',
      'zod',
      'got',
      'src/planning/f.ts',
      'src/planning/g.ts',
      'src/planning/h.ts type',
      'src/planning/i.ts late',
      '@marcbachmann/cel-js late',
    ]);
  });

  test('what only looks like an import is none', () => {
    expect(
      importsOf(`
        // import { a } from './a.ts';
        /* import b from 'got' */
        const important = 'x'; export const c = 'd'; map.import('e');
      `),
    ).toEqual([]);
  });

  test('an import by a computed name is no way around', () => {
    expect(importsOf('await import(`../${name}.ts`)')).toEqual(['computed:`.. late']);
  });

  test('what is loaded is followed from file to file, and types and late imports are not', () => {
    const tree = [
      parse('src/cli/main.ts', `import './a.ts'; import type { B } from './b.ts'; void import('./c.ts');`),
      parse('src/cli/a.ts', `import './d.ts';`),
      parse('src/cli/b.ts', ''),
      parse('src/cli/c.ts', ''),
      parse('src/cli/d.ts', `import './main.ts';`),
    ];
    expect(loadedWith(tree, 'src/cli/main.ts').map((file) => file.path)).toEqual([
      'src/cli/main.ts',
      'src/cli/a.ts',
      'src/cli/d.ts',
    ]);
  });
});

describe('a wall that is broken shows', () => {
  test('files in a circle, of which one takes a type alone', () => {
    const tree = [
      parse('src/engine/a.ts', `import { b } from './b.ts';`),
      parse('src/engine/b.ts', `import './c.ts';`),
      parse('src/engine/c.ts', `import type { A } from './a.ts'; void import('./b.ts');`),
      parse('src/engine/d.ts', `import './a.ts';`),
    ];
    expect(violations(tree)).toEqual([
      'src/engine/a.ts → src/engine/b.ts → src/engine/c.ts → src/engine/a.ts is a circle',
    ]);
  });

  test.each([
    ['the model imports a neighbour above it', 'src/model/a.ts', `import '../planning/diff.ts';`],
    ['planning reads a file', 'src/planning/a.ts', `import { readFileSync } from 'node:fs';`],
    ['planning speaks', 'src/planning/a.ts', `import http from 'node:http';`],
    ['planning hashes', 'src/planning/a.ts', `import { hash } from 'node:crypto';`],
    ['planning reads the environment', 'src/planning/a.ts', 'const a = process.env.A;'],
    ['planning reads the clock', 'src/planning/a.ts', 'const a = Date.now();'],
    ['planning makes a date of now', 'src/planning/a.ts', 'const a = new Date();'],
    ['planning throws dice', 'src/planning/a.ts', 'const a = Math.random();'],
    ['planning waits', 'src/planning/a.ts', 'async () => { await a; }'],
    ['planning reaches the store', 'src/planning/a.ts', `import type { State } from '../store/state.ts';`],
    ['planning reaches the client', 'src/planning/a.ts', `import '../scim/client.ts';`],
    ['the pure protocol reaches the client', 'src/scim/patch.ts', `import './connection.ts';`],
    ['a profile imports code', 'connectors/targets/x/profile.ts', `import '../../../src/scim/schema.ts';`],
    ['a profile reads a service', 'connectors/targets/x/profile.ts', `import './service.ts';`],
    ['a service reads a profile', 'connectors/targets/x/service.ts', `import './profile.ts';`],
    ['a service reads another', 'connectors/targets/x/service.ts', `import '../y/service.ts';`],
    ['the mock uses the client', 'src/mock/a.ts', `import '../scim/client.ts';`],
    ['the mock uses our filters', 'src/mock/filter/a.ts', `import '../../scim/filter.ts';`],
    ['the mock reaches up in its own house', 'src/mock/filter/a.ts', `import '../protocol/exchange.ts';`],
    ['the mock has a part without a place', 'src/mock/attic/a.ts', `import '../refusal.ts';`],
    ['the mock uses the store', 'src/mock/a.ts', `import '../store/state.ts';`],
    ['the mock reads a profile', 'src/mock/a.ts', `import '../../connectors/targets/cosmo/profile.ts';`],
    [
      'shared code names a target',
      'src/delivery/a.ts',
      `import '../../connectors/targets/cosmo/profile.ts';`,
    ],
    ['the store reaches up', 'src/store/a.ts', `import '../engine/run.ts';`],
    ['the store speaks', 'src/store/a.ts', `import '../scim/client.ts';`],
    ['the engine prints', 'src/engine/a.ts', `import '../reports/plan.ts';`],
    ['the engine reads the clock', 'src/engine/a.ts', 'const a = Date.now();'],
    ['delivery throws dice of its own', 'src/delivery/a.ts', 'const a = Math.random();'],
    ['reports reach an edge', 'src/reports/a.ts', `import '../cli/terminal.ts';`],
    [
      'a source reads the configuration',
      'connectors/sources/a.ts',
      `import '../../src/configuration/index.ts';`,
    ],
    ['a second door for got', 'src/cli/a.ts', `import got from 'got';`],
    ['a second door for tokens', 'src/scim/connection.ts', `import 'oauth4webapi';`],
    ['a second door for SQLite', 'src/engine/a.ts', `import type Database from 'better-sqlite3';`],
    ['a second door for p-queue', 'src/engine/a.ts', `import PQueue from 'p-queue';`],
    ['a second door for commander', 'src/reports/a.ts', `import 'commander';`],
    ['a second door for pino', 'src/cli/plan.ts', `import pino from 'pino';`],
    ['a second door for yaml', 'src/cli/a.ts', `import { parse } from 'yaml';`],
    ['a second door for CEL', 'src/planning/a.ts', `import '@marcbachmann/cel-js';`],
    ['a library that only tests compare with', 'connectors/sources/a.ts', `import 'papaparse';`],
    ['a second door for cron', 'src/engine/a.ts', `import 'cron';`],
    ['a library that has no door yet', 'src/cli/a.ts', `import 'left-pad';`],
    ['a door by require', 'src/cli/a.ts', `const got = require('got');`],
    ['the network in the store', 'src/store/a.ts', `import 'node:net';`],
    ['another program from the client', 'src/scim/a.ts', `import 'node:child_process';`],
    ['a heavy library before a command is known', 'src/cli/main.ts', `import pino from 'pino';`],
    ['a folder that nobody has thought of', 'src/helpers/a.ts', ''],
    ['something outside of the house', 'src/cli/a.ts', `import '../../test/walls.test.ts';`],
  ])('%s', (_, path, source) => {
    expect(violations([parse(path, source)]).length).toBeGreaterThan(0);
  });

  test.each([
    ['planning compares as the schema says', 'src/planning/a.ts', `import '../scim/schema.ts';`],
    ['a date is made of a time that was given', 'src/reports/a.ts', 'const a = new Date(time);'],
    [
      'a comment and a text name the clock',
      'src/planning/a.ts',
      `/* Date.now() */ const a = 'Math.random()';`,
    ],
    ['a word that ends like one', 'src/planning/a.ts', 'subprocess.env; const a = row.process.b;'],
    ['a command is loaded when it is called', 'src/cli/main.ts', `void import('./plan.ts');`],
    [
      'a variant builds on the generic service',
      'connectors/targets/x/service.ts',
      `import '../generic/service.ts';`,
    ],
  ])('and nothing is made up: %s', (_, path, source) => {
    expect(violations([parse(path, source)])).toEqual([]);
  });
});
