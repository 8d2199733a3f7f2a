/**
 * The configuration: YAML, its JSON Schema, expressions and secrets. The only place that knows any of them.
 */
export { askedOf, columnsOf, keepingOf, withinOf } from './columns.ts';
export { withInput } from './input.ts';
export { createLanguage } from './language.ts';
export type { Language, LanguageOptions } from './language.ts';
export { loadConfiguration } from './load.ts';
export type { LoadOptions } from './load.ts';
export { profileSchema } from './profile-schema.ts';
export { configurationSchema } from './schema.ts';
export { openChoices, starterConfiguration } from './starter.ts';
export type { StarterAnswers } from './starter.ts';
export type { Shape } from './starter-words.ts';
export { readHookUrl } from './base-url.ts';
export { describeSecret, resolveSecret } from './secret.ts';
export { watchedOf } from './source.ts';
export { compileTemplate } from './template.ts';
export type { TemplateOptions, TextPlace } from './template.ts';
export {
  authoritiesOf,
  authorityOf,
  blankFields,
  fieldsTold,
  fixedNames,
  spelledAsRead,
  withTelling,
} from './told.ts';
export { compileTrial } from './trial.ts';
