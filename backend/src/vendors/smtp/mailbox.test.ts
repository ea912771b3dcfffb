import { mailboxContract } from '../../email/mailbox.contract.ts';
import { mailServerHarness } from './mailbox.harness.ts';

mailboxContract('SMTP and IMAP with a password', () => mailServerHarness('password'));
mailboxContract('SMTP and IMAP with XOAUTH2', () => mailServerHarness('XOAUTH2'));
