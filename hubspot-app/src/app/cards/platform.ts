/** HubSpot's context and actions, turned into what the cards need: the one place that knows the platform. */
import { type CrmContext, hubspot } from '@hubspot/ui-extensions';
import { createApi, type SalesosApi } from '@salesos/shared/surface/api.ts';
import { type DateStyle, dateStyleOf } from '@salesos/shared/surface/when.ts';

export interface Surface {
  api: SalesosApi;
  record: { objectType: string; recordId: string };
  dates: DateStyle;
  closeOverlay: (id: string) => void;
  addAlert: (alert: { type: 'success' | 'danger'; message: string }) => void;
  /** Tells HubSpot that fields of the record may have changed. */
  refreshRecord: () => void;
  /** Calls back whenever HubSpot shows other values on the record than before: a reply or a score arrived. */
  watchRecord: (changed: () => void) => void;
}

interface Actions {
  closeOverlay: Surface['closeOverlay'];
  addAlert: Surface['addAlert'];
  refreshObjectProperties: () => void;
  onCrmPropertiesUpdate: (properties: '*', changed: () => void) => void;
}

/** HubSpot's numbers for object types, by our names. */
const objectTypes: Record<string, string> = { '0-1': 'contact' };

export function surfaceOf(context: CrmContext, actions: Actions): Surface {
  const { objectTypeId, objectId } = context.crm;
  return {
    api: createApi(hubspot.fetch, context.variables?.API_ORIGIN),
    record: { objectType: objectTypes[objectTypeId] ?? objectTypeId, recordId: String(objectId) },
    dates: dateStyleOf(context.user.locale, context.portal.timezone),
    closeOverlay: actions.closeOverlay,
    addAlert: actions.addAlert,
    refreshRecord: actions.refreshObjectProperties,
    watchRecord: (changed) => actions.onCrmPropertiesUpdate('*', changed),
  };
}
