import type * as z from 'zod';
import type { Problem, Template } from '../model/index.ts';
import type { ConfigurationDocument } from './document.ts';
import type { Language } from './language.ts';
import { formatPath, valueAt } from './path.ts';
import type { Path } from './path.ts';
import { compileTemplate } from './template.ts';
import type { TemplateOptions } from './template.ts';

/**
 * A configuration that is being read. Its parts are built from the document one by one, each as far as it goes, so
 * that one wrong part does not hide what is wrong with the others; what has the wrong shape was reported before.
 */
export interface Reading {
  readonly document: ConfigurationDocument;
  readonly language: Language;
  problem(path: Path, message: string, hint?: string): void;
  warning(path: Path, message: string, hint?: string): void;
  /** Plain data at a path; `undefined` where there is none. */
  raw(path: Path): unknown;
  /** A part in the shape that the schema gives it; `undefined` where it is not there or has another. */
  part<T extends z.ZodType>(path: Path, schema: T): z.infer<T> | undefined;
  /** The text at a path, compiled; `undefined` where there is no text or something is wrong with it. */
  template(path: Path, options: Omit<TemplateOptions, 'language'>): Template | undefined;
}

/** As other programs write it: `$record.email`, `{{ record.email }}`, or with nothing around it. */
const looksMeant = /\b(record|identity)\s*(\.\s*\w|\[\s*["'\d])/;

export function startReading(
  document: ConfigurationDocument,
  language: Language,
  problems: Problem[],
  warnings: Problem[],
): Reading {
  const say = (into: Problem[]) => (path: Path, message: string, hint?: string) =>
    void into.push({ message, locus: document.locate(path), ...(hint !== undefined && { hint }) });
  const raw = (path: Path): unknown => valueAt(document.value, path);
  return {
    document,
    language,
    raw,
    problem: say(problems),
    warning: say(warnings),
    part(path, schema) {
      const result = schema.safeParse(raw(path));
      return result.success ? result.data : undefined;
    },
    template(path, options) {
      const text = raw(path);
      if (typeof text !== 'string') return undefined;
      const place = {
        path: formatPath(path),
        locus: document.locate(path),
        at: (offset: number) => document.locate(path, offset),
      };
      const template = compileTemplate(text, place, { ...options, language }, (problem) =>
        problems.push(problem),
      );
      if (template !== undefined && !text.includes('${') && looksMeant.test(text))
        warnings.push({
          message: 'this is plain text, the same for everybody, and looks like an expression',
          locus: place.locus,
          hint: 'an expression is written ${ … }, such as ${record.email}',
        });
      return template;
    },
  };
}
