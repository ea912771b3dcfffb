import type { HttpRequest } from '../../core/http.ts';
import { crmContract } from '../../crm-sync/crm.contract.ts';
import { createPipedriveHarness } from './crm.harness.ts';

const sent: HttpRequest[] = [];
crmContract('Pipedrive', () => createPipedriveHarness(sent));
