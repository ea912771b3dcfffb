import { readLog } from '../sandbox/backend-view.ts';
import { apiOrigin } from '../sandbox/on-fakes.ts';
import { pageServer } from '../sandbox/page-server.ts';
import { company, portal, prospectsIn } from '../sandbox/story/index.ts';
import { createSandboxWorld } from '../sandbox/world.ts';
import { startTestApp } from './app.ts';

/** The sandbox's page server over the whole product on fakes, in all three CRMs. Closed after the test file. */
export async function openSandboxApp() {
  const on = await startTestApp({ allCrms: true, closeAfter: 'file' });
  await on.settle();
  const { system } = on.app;
  const world = createSandboxWorld({
    clock: on.drivenClock,
    hubspot: on.hubspot,
    salesforce: on.salesforce,
    company: on.pipedrive.company(company.id),
    inbox: on.inbox,
    backend: {
      origin: on.origin,
      settle: on.settle,
      nextDue: on.nextDue,
      log: () => readLog(system),
    },
    portal,
    apiOrigin,
    contacts: prospectsIn(on),
    bundleFolder: new URL('../../hubspot-app/dist/', import.meta.url),
  });
  return { on, apiOrigin, page: pageServer(world) };
}
