/** Flags that several commands have, and what they take. */
import { Messages, SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@salesos/sf-plugin', 'salesos.shared');

/** It becomes part of addresses and of Apex, so nothing else passes. */
export function parseNamespace(text: string): string {
  if (text === '' || /^[A-Za-z][A-Za-z0-9_]{0,14}$/.test(text)) return text;
  throw new SfError(`“${text}” is no namespace.`, 'InvalidNamespace', ['A namespace looks like this: salesos'], 1);
}

/** Without a final slash. Plain http only on this machine. */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isFit = url && (url.protocol === 'https:' || (isLocal && url.protocol === 'http:'));
  if (!isFit || url.username || url.password || url.search || url.hash) {
    const action = 'Give the address under which SalesOS is reached, for example https://salesos.example.com';
    throw new SfError(`“${text}” is no address of SalesOS.`, 'InvalidServerUrl', [action], 1);
  }
  return url.href.replace(/\/+$/, '');
}

export const targetOrg = Flags.requiredOrg({ summary: messages.getMessage('flags.target-org.summary') });
export const namespace = Flags.string({
  summary: messages.getMessage('flags.namespace.summary'),
  default: 'salesos',
  parse: async (text) => parseNamespace(text),
});
