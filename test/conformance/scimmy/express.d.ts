/** As much of express as starting one server takes; its own types would be six more packages. */
declare module 'express' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  export interface Request extends IncomingMessage {
    readonly originalUrl: string;
    readonly body?: unknown;
    header(name: string): string | undefined;
  }

  export class Router {
    readonly stack: readonly unknown[];
  }

  type Handler = (request: Request, response: ServerResponse, next: () => void) => void;
  export interface Application extends RequestListener {
    (request: IncomingMessage, response: ServerResponse): void;
    use(handler: Handler): void;
    use(path: string, router: Router): void;
  }

  export default function express(): Application;
}
