import { isPage } from '../reports/html.ts';
import type { PageKind } from '../reports/html.ts';
import type { Written } from './planfile.ts';

/** A page in one file, and how it is known among other files. */
export function pageOf(kind: PageKind): Written {
  return { what: `page of the ${kind}`, option: '--html', isOne: (beginning) => isPage(kind, beginning) };
}
