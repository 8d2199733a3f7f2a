import { RollcallError } from '../model/index.ts';
import type { Configuration, Problem, SourceConfiguration, Template } from '../model/index.ts';
import { createLanguage, recordKindOf } from './language.ts';
import { splitText } from './pieces.ts';
import { compileTemplate } from './template.ts';

/**
 * An expression that somebody tries, with or without `${ … }` around it; it sees all that `assign` sees, and gives plain
 * JSON. Throws `RollcallError('usage')` with what is wrong with it.
 */
export async function compileTrial(
  expression: string,
  { timeZone, source }: Pick<Configuration, 'timeZone' | 'source'>,
  clock: () => number,
): Promise<Template> {
  const transliterate = /\bascii\s*\(/.test(expression) ? (await import('any-ascii')).default : undefined;
  const record = recordKindOf(connectorsOf(source));
  const language = createLanguage({ timeZone, clock, record, ...(transliterate && { transliterate }) });
  const text = expression.includes('${') ? expression : wrapped(expression);
  const problems: Problem[] = [];
  const template = compileTemplate(
    text,
    { path: 'the expression', locus: { path: 'the expression' }, at: () => ({}) },
    { language, variables: ['record', 'identity', 'groups'], wants: 'json' },
    (problem) => problems.push(problem),
  );
  if (template === undefined) throw new RollcallError('usage', problems);
  return template;
}

function connectorsOf(source: SourceConfiguration): readonly string[] {
  if (source.connector === 'join') return ['json'];
  return source.connector === 'union'
    ? source.parts.flatMap((part) => connectorsOf(part.source))
    : [source.connector];
}

function wrapped(expression: string): string {
  const text = `\${${expression}}`;
  const { pieces, fault } = splitText(text);
  if (fault === undefined && pieces.length !== 1)
    throw new RollcallError('usage', {
      message: `there is a } too many in the expression\n    ${expression}`,
      hint: 'each } needs its {; inside quotes they do not count',
    });
  return text;
}
