/** Where the mock's own door is. */
export const DOOR = '/_mock';

/** A request target without its query. */
export function pathOf(url: string): string {
  const cut = url.indexOf('?');
  return cut < 0 ? url : url.slice(0, cut);
}

export function isDoor(path: string): boolean {
  return path === DOOR || path.startsWith(`${DOOR}/`);
}
