import type { HttpRequest } from '../../core/http.ts';
import { crmContract } from '../../crm-sync/crm.contract.ts';
import { createSalesforceHarness } from './crm.harness.ts';

const sent: HttpRequest[] = [];
crmContract('Salesforce', () => createSalesforceHarness(sent));
