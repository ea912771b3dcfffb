import { hubspot } from '@hubspot/ui-extensions';
import { surfaceOf } from './platform.ts';
import { TabCard } from './TabCard.tsx';

hubspot.extend<'crm.record.tab'>(({ context, actions }) => <TabCard {...surfaceOf(context, actions)} />);
