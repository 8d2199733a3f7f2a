import type { LoginRule } from '../model/index.ts';

/** The name that a service makes of a user name, and whether it takes it. */
export interface Login {
  readonly name: string;
  readonly isRefused: boolean;
}

export function loginOf(userName: string, { steps, refused }: LoginRule): Login {
  const name = steps
    .reduce((text, { find, put }) => text.replaceAll(new RegExp(find, 'gu'), put), userName)
    .toLowerCase();
  return { name, isRefused: name === '' || new RegExp(refused, 'u').test(name) };
}
