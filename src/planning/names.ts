import type { NameRule } from '../model/index.ts';

/** The name that a service makes of one that it is sent, and whether it takes it. */
export interface OwnName {
  readonly name: string;
  readonly isRefused: boolean;
}

export function ownName(sent: string, { decomposed, steps, refused }: NameRule): OwnName {
  const start = decomposed === true ? sent.normalize('NFKD') : sent;
  const name = steps
    .reduce((text, { find, put }) => text.replaceAll(new RegExp(find, 'gu'), put), start)
    .toLowerCase();
  return { name, isRefused: name === '' || new RegExp(refused, 'u').test(name) };
}
