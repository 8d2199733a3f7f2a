/** As much of it as the tests use; the library has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Stored {
    save(): Promise<string>;
  }

  interface Kind<T extends Stored = Stored> {
    new (properties: object): T;
  }

  export interface TokenContext {
    readonly oidc: {
      readonly params: Readonly<Record<string, string>>;
      readonly client: object;
    };
    body: unknown;
  }

  interface Grant extends Stored {
    addResourceScope(resource: string, scope: string): void;
    addOIDCScope(scope: string): void;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    registerGrantType(
      name: string,
      handler: (ctx: TokenContext) => Promise<void>,
      parameters: readonly string[],
    ): void;
    on(event: string, listener: (...values: never[]) => void): void;
    readonly Client: { find(id: string): Promise<object | undefined> };
    readonly AccessToken: Kind<Stored & { resourceServer?: object }>;
    readonly RefreshToken: Kind;
    readonly Grant: Kind<Grant>;
    readonly ResourceServer: new (identifier: string, data: object) => object;
  }

  export const errors: { readonly InvalidGrant: new (detail: string) => Error };
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  const MemoryAdapter: new (name: string) => object;
  export default MemoryAdapter;
}
