import { mailboxContract } from '../../email/mailbox.contract.ts';
import { googleHarness } from './mailbox.harness.ts';

mailboxContract('Gmail', googleHarness);
