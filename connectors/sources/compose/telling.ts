import { EvaluationError, asText, evaluateOn, namesIn } from '../../../src/model/index.ts';
import type { SourceRecord, Template } from '../../../src/model/index.ts';

/** What an expression says of a record, as text; `undefined` where it says nothing, and where it fails. */
export function told(template: Template, record: SourceRecord): string | undefined {
  return asText(attempt(() => evaluateOn(template, record)));
}

/** Whether a condition holds of a record; a sentence where that cannot be said. */
export function judgement(condition: Template, record: SourceRecord): boolean | string {
  try {
    return condition.evaluate({ record: record.fields() }) === true;
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

/** Whether a condition holds of a record; `undefined` where it fails. */
export function holds(condition: Template, record: SourceRecord): boolean | undefined {
  const said = judgement(condition, record);
  return typeof said === 'string' ? undefined : said;
}

/**
 * Whether a record has everything that an expression reads of it. Of one that is defective, what is not there may stand in
 * the part that cannot be read.
 */
export function hasAll(template: Template, record: SourceRecord): boolean {
  const fields = record.fields();
  return namesIn(template).every((name) => Object.hasOwn(fields, name));
}

function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
