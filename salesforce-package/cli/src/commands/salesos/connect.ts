import { spawn } from 'node:child_process';
import { type Connection, Messages, SfError } from '@salesforce/core';
import { Flags, SfCommand } from '@salesforce/sf-plugins-core';
import { connectionTo } from '../../org/ask.ts';
import { type CalloutTest, testCallout } from '../../org/callout-test.ts';
import { holdsKey, isOrgKey, packageMissing, pointTo, readNamedCredential, storeKey } from '../../org/credentials.ts';
import { judgeCallout } from '../../org/findings.ts';
import { namespace, parseServerUrl, targetOrg } from '../../org/flags.ts';
import { waitFor } from '../../org/wait.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@salesos/sf-plugin', 'salesos.connect');

export interface Connected {
  serverUrl: string;
  /** The address of the named credential. */
  address: 'changed' | 'unchanged';
  key: 'stored by hand' | 'stored by SalesOS' | 'already there';
  callout: CalloutTest;
}

export default class Connect extends SfCommand<Connected> {
  static override readonly summary = messages.getMessage('summary');
  static override readonly description = messages.getMessage('description');
  static override readonly examples = messages.getMessages('examples');
  static override readonly flags = {
    'target-org': targetOrg,
    namespace,
    'server-url': Flags.string({
      summary: messages.getMessage('flags.server-url.summary'),
      required: true,
      parse: async (text) => parseServerUrl(text),
    }),
    'by-hand': Flags.boolean({ summary: messages.getMessage('flags.by-hand.summary') }),
    key: Flags.string({ summary: messages.getMessage('flags.key.summary'), env: 'SALESOS_ORG_KEY' }),
    open: Flags.boolean({ summary: messages.getMessage('flags.open.summary'), exclusive: ['by-hand', 'key'] }),
    wait: Flags.duration({
      summary: messages.getMessage('flags.wait.summary'),
      unit: 'minutes',
      defaultValue: 10,
      min: 1,
    }),
  };

  async run(): Promise<Connected> {
    const { flags } = await this.parse(Connect);
    const serverUrl = flags['server-url'];
    const connection = connectionTo(flags['target-org']);
    const keyByHand = flags['by-hand'] || flags.key !== undefined ? await this.askKey(flags.key) : null;
    const address = await this.setAddress(connection, flags.namespace, serverUrl);
    if (keyByHand !== null) {
      await storeKey(connection, flags.namespace, keyByHand);
      this.logSuccess(messages.getMessage('keyStored'));
      return this.finish({
        serverUrl,
        address,
        key: 'stored by hand',
        callout: await testCallout(connection, flags.namespace),
      });
    }
    const pair = await this.pair(connection, flags.namespace, serverUrl, flags);
    return this.finish({ serverUrl, address, ...pair });
  }

  private async askKey(given: string | undefined): Promise<string> {
    if (given === undefined && this.jsonEnabled()) {
      throw new SfError(messages.getMessage('keyMissing'), 'KeyMissing', messages.getMessages('keyMissing.actions'), 1);
    }
    const key = (given ?? (await this.secretPrompt({ message: messages.getMessage('keyPrompt') }))).trim();
    if (isOrgKey(key)) return key;
    throw new SfError(messages.getMessage('keyInvalid'), 'KeyInvalid', messages.getMessages('keyInvalid.actions'), 1);
  }

  private async setAddress(
    connection: Connection,
    prefix: string,
    serverUrl: string,
  ): Promise<'changed' | 'unchanged'> {
    const before = await readNamedCredential(connection, prefix);
    if (!before) throw packageMissing();
    if (before.calloutUrl.replace(/\/+$/, '') === serverUrl) return 'unchanged';
    await pointTo(connection, prefix, before, serverUrl);
    this.logSuccess(messages.getMessage('addressChanged', [before.calloutUrl, serverUrl]));
    this.info(messages.getMessage('settingToo'));
    return 'changed';
  }

  /** An admin connects in the browser; then SalesOS itself stores the key, and the org holds one that SalesOS takes. */
  private async pair(
    connection: Connection,
    prefix: string,
    serverUrl: string,
    { open, wait }: { open: boolean; wait: { seconds: number } },
  ): Promise<Pick<Connected, 'key' | 'callout'>> {
    const hadKey = await holdsKey(connection, prefix);
    const look = async () => {
      if (!(await holdsKey(connection, prefix))) return null;
      const test = await testCallout(connection, prefix);
      // A key of before is there still: the new one comes.
      return test.outcome === 'key_refused' ? null : test;
    };
    const already = hadKey ? await look() : null;
    if (already) return { key: 'already there', callout: already };

    const host = new URL(connection.instanceUrl).host;
    const connectUrl = `${serverUrl}/connect/salesforce?host=${encodeURIComponent(host)}`;
    // Seen with --json too, where the command line's own output is off.
    process.stderr.write(`${messages.getMessage('openThis', [connectUrl])}\n`);
    if (open) openInBrowser(connectUrl);
    this.spinner.start(messages.getMessage('waiting'));
    const callout = await waitFor(look, wait.seconds);
    this.spinner.stop();
    if (callout) return { key: 'stored by SalesOS', callout };
    throw new SfError(
      messages.getMessage('notConnected'),
      'NotConnected',
      messages.getMessages('notConnected.actions', [connectUrl]),
      1,
    );
  }

  private finish(result: Connected): Connected {
    const { state, detail, fix } = judgeCallout(result.callout);
    if (state === 'ok') this.logSuccess(messages.getMessage('connected'));
    else {
      this.warn(`${detail} ${fix}`);
      process.exitCode = 1;
    }
    return result;
  }
}

/** Not finding a browser is no failure: the address was printed. */
function openInBrowser(address: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(command, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
