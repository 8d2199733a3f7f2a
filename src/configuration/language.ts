import { Environment } from '@marcbachmann/cel-js';
import { registerFunctions } from './functions/index.ts';
import type { FunctionOptions } from './functions/index.ts';
import type { Variable } from './reads.ts';

export interface LanguageOptions extends FunctionOptions {
  /**
   * `text`: every field of a record is text, as in a CSV file, and types are checked by that. `lists`: every field but
   * `dn` is a list of texts, as in LDIF. `any`: JSON.
   */
  readonly record: 'text' | 'lists' | 'any';
}

/** CEL with our functions. One environment for each set of variables that a place may see. */
export interface Language {
  readonly record: LanguageOptions['record'];
  environment(variables: readonly Variable[]): Environment;
  /** Each function's name, whether it is called on a value (`text.split(…)`), and how it is written down. */
  readonly functions: readonly {
    readonly name: string;
    readonly method: boolean;
    readonly signature: string;
  }[];
}

// What nobody needs to map a person, and what keeps the walk over a tree shallow.
const limits = { maxAstNodes: 2_000, maxDepth: 50, maxListElements: 500, maxMapEntries: 200 };

export function createLanguage(options: LanguageOptions): Language {
  const base = registerFunctions(new Environment({ limits, homogeneousAggregateLiterals: false }), options);
  const types: Readonly<Record<Variable, string>> = {
    record: options.record === 'text' ? 'map<string, string>' : 'map<string, dyn>',
    identity: 'map<string, dyn>',
    groups: 'list<string>',
  };
  const environments = new Map<string, Environment>();
  return {
    record: options.record,
    environment(variables) {
      const name = variables.join();
      const known = environments.get(name);
      if (known) return known;
      const environment = base.clone();
      for (const variable of variables) environment.registerVariable(variable, types[variable]);
      environments.set(name, environment);
      return environment;
    },
    get functions() {
      return base.getDefinitions().functions.map(({ name, receiverType, signature }) => ({
        name,
        method: receiverType !== null,
        signature,
      }));
    },
  };
}

/** What an expression meets in a record, by the sources that it comes from: a CSV file, and what is no source, has text. */
export function recordKindOf(connectors: readonly unknown[]): LanguageOptions['record'] {
  const kinds = new Set(
    connectors.map((connector) =>
      connector === 'ldif' || connector === 'ldap' ? 'lists' : connector === 'json' ? 'any' : 'text',
    ),
  );
  const [only = 'text'] = kinds;
  return kinds.size > 1 ? 'any' : only;
}
