import { invalid } from './refusal.ts';
import type { CrmObject, ObjectType, Portal, World } from './world.ts';

interface Filter {
  propertyName: string;
  operator: string;
  value?: string;
  values?: string[];
}
interface SearchBody {
  filterGroups?: { filters?: Filter[] }[];
  query?: string;
  limit?: number;
  after?: string;
  properties?: string[];
}

const longestQuery = 3000;
const largestPage = 200;
const largestTotal = 10_000;

/** Search as HubSpot offers it: limited, and late, because records reach the index after a while. */
export function searchObjects(world: World, portal: Portal, type: ObjectType, given: unknown) {
  const body = given as SearchBody;
  const limit = body.limit ?? 10;
  const offset = Number(body.after ?? 0);
  const groups = body.filterGroups ?? [];
  if (limit < 1 || limit > largestPage) throw invalid(`limit must be between 1 and ${largestPage}`);
  if ((body.query?.length ?? 0) > longestQuery) throw invalid('query is too long');
  if (offset + limit > largestTotal) throw invalid(`paging past ${largestTotal} results is not possible`);
  if (groups.length > 5 || groups.some((group) => (group.filters ?? []).length > 6)) throw invalid('too many filters');
  const lag = (world.options.indexLagSeconds ?? 10) * 1000;
  const seenUntil = world.options.clock.now().getTime() - lag;
  const matching = [...portal.objects.values()].filter(
    (object) =>
      object.type === type &&
      !object.archivedAt &&
      !object.mergedInto &&
      object.updatedAt.getTime() <= seenUntil &&
      (groups.length === 0 ||
        groups.some((group) => (group.filters ?? []).every((one) => matches(portal, object, one)))),
  );
  const next = offset + limit;
  return {
    total: matching.length,
    found: matching.slice(offset, next),
    after: matching.length > next ? String(next) : null,
    properties: body.properties,
  };
}

function matches(portal: Portal, object: CrmObject, filter: Filter): boolean {
  if (!portal.definitions[object.type].has(filter.propertyName)) {
    throw invalid(`There was a problem with the request: ${filter.propertyName} does not exist`);
  }
  const value = filter.propertyName === 'hs_object_id' ? object.id : (object.properties[filter.propertyName] ?? '');
  const wanted = filter.value?.toLowerCase() ?? '';
  switch (filter.operator) {
    case 'EQ':
      return value.toLowerCase() === wanted;
    case 'IN':
      return (filter.values ?? []).includes(value);
    case 'HAS_PROPERTY':
      return value !== '';
    case 'NOT_HAS_PROPERTY':
      return value === '';
    case 'CONTAINS_TOKEN':
      // Tokens are words, so an address also finds others that share its words.
      return wanted.split(/[^a-z0-9]+/).every((token) =>
        value
          .toLowerCase()
          .split(/[^a-z0-9]+/)
          .includes(token),
      );
    case 'GT':
      return Number(value) > Number(wanted);
    default:
      throw invalid(`unsupported operator ${filter.operator}`);
  }
}
