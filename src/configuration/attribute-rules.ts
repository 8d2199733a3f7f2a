import { ENTERPRISE, isObject } from '../model/index.ts';
import type { AttributeRules, PasswordRule, Profile, Template } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import { covers } from '../planning/diff.ts';
import { attributeTemplate } from './attributes-template.ts';
import { attributeOf, enterprise, userAttributes } from './attributes.ts';
import type { Attribute } from './attributes.ts';
import { attributeNames } from './drift.ts';
import { sourceOf } from './pairing.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { targetSchema } from './target-schema.ts';
import { composed } from './template.ts';

/** An attribute, as profiles name it, with a value for people of whom the source has none. */
export interface Default {
  readonly path: string;
  readonly place: Path;
  readonly template: Template;
}

interface Rules {
  readonly attributes?: AttributeRules;
  readonly defaults: readonly Default[];
}

const usualLength = 32;

/** What a target's `onEmpty` and `createOnly` say. */
export function readAttributeRules(reading: Reading, path: Path, profile: Profile | undefined): Rules {
  const onEmpty = reading.part([...path, 'onEmpty'], targetSchema.shape.onEmpty) ?? {};
  const createOnly = reading.part([...path, 'createOnly'], targetSchema.shape.createOnly) ?? [];
  createOnly.forEach((name, index) => checkName(reading, [...path, 'createOnly', index], name, profile));
  const rules = typeof onEmpty === 'string' ? [] : Object.entries(onEmpty);
  const defaults: Default[] = [];
  for (const [name, rule] of rules) {
    const place = [...path, 'onEmpty', name];
    if (!checkName(reading, place, name, profile) || typeof rule === 'string') continue;
    const template = readDefault(reading, place, name);
    if (template) defaults.push({ path: name, place, template });
  }
  const keep = onEmpty === 'keep' ? 'all' : rules.filter(([, rule]) => rule === 'keep').map(([name]) => name);
  return { defaults, ...(keep.length + createOnly.length > 0 && { attributes: { keep, createOnly } }) };
}

function checkName(reading: Reading, place: Path, name: string, profile: Profile | undefined): boolean {
  const known = attributeNames.filter((one) => one !== 'active');
  if (!known.includes(name)) {
    const hint =
      didYouMean(name, known) ?? 'such as title, name, name.givenName, emails, enterprise.department';
    reading.problem(place, `there is no attribute ${name} to say this of`, hint);
    return false;
  }
  if (profile === undefined || profile.users.writable.some((one) => covers(one, name))) return true;
  reading.problem(place, `${profile.name} cannot hold ${name}${sourceOf(profile, name)}`, 'take it out');
  return false;
}

function readDefault(reading: Reading, place: Path, name: string): Template | undefined {
  const attribute = attributeAt(name);
  if (
    attribute === undefined ||
    attribute.kind === 'complex' ||
    name === 'userName' ||
    name === 'externalId'
  ) {
    const hint = attribute?.kind === 'complex' ? 'name a part of it, such as name.givenName' : undefined;
    reading.problem(place, `${name} has no default`, hint);
    return undefined;
  }
  return attributeTemplate(reading, [...place, 'default'], attribute, ['record', 'identity', 'groups']);
}

function attributeAt(name: string): Attribute | undefined {
  const [head = '', tail] = name.split('.');
  const whole = head === 'enterprise' ? enterprise : attributeOf(userAttributes, head);
  return tail === undefined || whole === undefined ? whole : attributeOf(whole.parts, tail);
}

/** All defaults as one resource. */
export function defaultsTemplate(reading: Reading, path: Path, defaults: readonly Default[]): Template {
  const templates = defaults.map(({ template }) => template);
  return composed(formatPath(path), reading.document.locate(path), templates, (scope) => {
    const resource: Record<string, unknown> = {};
    for (const { path: name, template } of defaults) {
      const value = template.evaluate(scope);
      const [head = '', tail] = name.split('.');
      const key = head === 'enterprise' ? ENTERPRISE : head;
      const had = resource[key];
      if (value !== undefined)
        resource[key] = tail === undefined ? value : { ...(isObject(had) && had), [tail]: value };
    }
    return resource;
  });
}

/** Which password a target is told; what its own configuration asks for and it does not take is refused (rule 20). */
export function readPasswordRule(
  reading: Reading,
  path: Path,
  profile: Profile | undefined,
  inherited: readonly string[] | undefined,
): PasswordRule | undefined {
  const given = reading.part(path, targetSchema.shape.password);
  if (given === undefined || given === 'none') return given;
  if (profile && profile.users.password !== 'accepted')
    reading.problem(
      path,
      `${profile.name} takes no password by SCIM${sourceOf(profile, 'password')}`,
      'take it out: what identity sets is left out by itself',
    );
  if (given === 'generate') return { length: usualLength };
  if (typeof given === 'object') return { length: given.generate.length ?? usualLength };
  if (inherited && !inherited.includes('password'))
    reading.problem(
      path,
      'identity sets no password',
      'set one there, or generate: a random one that nobody learns',
    );
  return given;
}
