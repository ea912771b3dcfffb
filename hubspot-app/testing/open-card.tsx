import { createRenderer } from '@hubspot/ui-extensions/testing';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { SidebarCard } from '../src/app/cards/SidebarCard.tsx';
import { TabCard } from '../src/app/cards/TabCard.tsx';
import { createFakeApi } from './fake-api.ts';
import { aCard } from './fixtures.ts';
import { textOf } from './text-of.ts';

/** Opens a card on Kim's record, as HubSpot does; `given` null leaves the first answer to the test. */
export function openCard(place: 'sidebar' | 'tab', given: ContactCard | null = aCard()) {
  const backend = createFakeApi();
  if (given) backend.answer('/cards/contact', () => given);
  const renderer = place === 'sidebar' ? createRenderer('crm.record.sidebar') : createRenderer('crm.record.tab');
  const { actions } = renderer.mocks;
  const Card = place === 'sidebar' ? SidebarCard : TabCard;
  const open = () =>
    renderer.render(
      <Card
        api={backend.api}
        record={{ objectType: 'contact', recordId: '123' }}
        dates={{ locale: 'en-GB', timeZone: 'Europe/Oslo' }}
        closeOverlay={actions.closeOverlay}
        addAlert={actions.addAlert}
        refreshRecord={actions.refreshObjectProperties}
        watchRecord={(changed) => actions.onCrmPropertiesUpdate('*', changed)}
      />,
    );
  return { backend, renderer, open, text: () => textOf(renderer.getRootNode()) };
}
