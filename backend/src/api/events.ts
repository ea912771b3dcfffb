import type { eventEndpoints } from '@salesos/shared/api/events.ts';
import type { EventName } from '@salesos/shared/events.ts';
import { listEvents } from '../core/history.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso } from './present.ts';

export const eventHandlers: Handlers<typeof eventEndpoints> = {
  listEvents: ({ ctx, query: { contactId, type, ...page } }) =>
    pageOf(
      page,
      (at) => listEvents(ctx, { ...(contactId ? { contactId } : {}), ...(type ? { names: [type] } : {}), ...at }),
      presentEvent,
    ),
};

export const presentEvent = (row: Awaited<ReturnType<typeof listEvents>>[number]) => ({
  id: row.id,
  // Written by `emit`, which knows the catalogue.
  type: row.name as EventName,
  timestamp: iso(row.at),
  contactId: row.contactId,
  data: row.data,
});
