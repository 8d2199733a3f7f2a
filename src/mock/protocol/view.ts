import type { JsonObject } from '../../model/index.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { attributesOf, ownAttributes } from '../directory/stored.ts';
import type { AttributePath } from '../filter/path.ts';
import type { Exchange } from './exchange.ts';
import { commonOf, datesOf, whole } from './represent.ts';

type View = (stored: Stored) => JsonObject;

/**
 * Gives of a resource what somebody has to see who looks at these attributes, and little more: with many resources,
 * what nobody looks at costs more than everything else.
 */
export function viewer(exchange: Exchange, shelf: Shelf, paths: readonly AttributePath[]): View {
  if (paths.some((path) => isDerived(shelf, path))) return (stored) => whole(exchange, shelf, stored);
  const { common, attributes } = shelf.compiled;
  const kept = paths.some((path) => isOfMembers(shelf, path)) ? attributesOf : ownAttributes;
  const isCommon = ({ extension, attribute }: AttributePath): boolean =>
    extension === undefined && common.get(attribute.name) === attribute;
  const commons = paths.filter(isCommon);
  const areDates = commons.every(({ sub }) => sub?.type === 'dateTime');
  const added: View = areDates
    ? (stored) => ({ meta: datesOf(stored) })
    : (stored) => commonOf(exchange, shelf, stored);
  if (commons.length === paths.length) return added;
  if (commons.length > 0) return (stored) => ({ ...kept(stored), ...added(stored) });
  const active = attributes.get('active');
  const isOnlyActive = active?.type === 'boolean' && paths.every(({ attribute }) => attribute === active);
  return isOnlyActive ? ({ active: is }) => (is === undefined ? {} : { active: is }) : kept;
}

function isOfMembers({ served }: Shelf, { extension, attribute }: AttributePath): boolean {
  return extension === undefined && attribute.name === served.type.members?.attribute;
}

/** Whether a path leads to what the service puts together from other resources. */
export function isDerived(
  { served, compiled }: Shelf,
  { extension, attribute, sub }: AttributePath,
): boolean {
  if (extension !== undefined) return false;
  const { members } = served.type;
  if (!members) return attribute === compiled.belongings;
  const isKept = sub === undefined || sub.name === 'value' || sub.name === 'type';
  return attribute.name === members.attribute && !isKept;
}
