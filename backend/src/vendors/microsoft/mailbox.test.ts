import { mailboxContract } from '../../email/mailbox.contract.ts';
import { microsoftHarness } from './mailbox.harness.ts';

mailboxContract('Outlook', microsoftHarness);
