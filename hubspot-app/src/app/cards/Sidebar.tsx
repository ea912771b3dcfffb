import { hubspot } from '@hubspot/ui-extensions';
import { surfaceOf } from './platform.ts';
import { SidebarCard } from './SidebarCard.tsx';

hubspot.extend<'crm.record.sidebar'>(({ context, actions }) => <SidebarCard {...surfaceOf(context, actions)} />);
