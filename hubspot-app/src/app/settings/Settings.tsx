import { hubspot } from '@hubspot/ui-extensions';
import { createApi } from '@salesos/shared/surface/api.ts';
import { SettingsPage } from './SettingsPage.tsx';

hubspot.extend<'settings'>(({ context, actions }) => (
  <SettingsPage
    api={createApi(hubspot.fetch, context.variables?.API_ORIGIN)}
    addAlert={actions.addAlert}
    closeOverlay={actions.closeOverlay}
  />
));
