/**
 * jsforce's connection to one org, with our `Http` underneath: so our limits, time-outs and breaker hold, nothing is repeated
 * unasked, and what came of the last request stays visible, which jsforce's errors do not tell.
 * It gets no refresh function. jsforce's own loses a rotated token, and with any it asks for ever while it is refused.
 */
import { PassThrough } from 'node:stream';
import type { Connection } from '@jsforce/jsforce-node';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { apiVersion, clientName } from './config.ts';

export interface Wire {
  connection: Connection;
  /** The last answer; the failure when none came; null before the first request. */
  last(): HttpAnswer | VendorError | null;
}

/** `instanceUrl` is checked by whoever calls: the token goes there. */
export async function openWire(
  http: Http,
  account: string,
  { instanceUrl, accessToken }: { instanceUrl: string; accessToken: string },
): Promise<Wire> {
  const { Connection, Transport } = await loadLibrary();
  let last: HttpAnswer | VendorError | null = null;

  class OurTransport extends Transport {
    override getRequestStreamCreator() {
      return ({
        url,
        method,
        headers = {},
        body,
      }: {
        url: string;
        method: string;
        headers?: object;
        body?: unknown;
      }) => {
        const stream = new PassThrough();
        const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
        const text = typeof body === 'string' ? { body } : {};
        http
          .request({ vendor: 'salesforce', account, method, url, headers: Object.fromEntries(lowerCase), ...text })
          .then((answer) => {
            last = answer;
            stream.emit('complete', { statusCode: answer.status, headers: answer.headers, body: answer.text() });
          })
          .catch((error) => {
            if (error instanceof VendorError) last = error;
            stream.emit('error', error);
          });
        return stream;
      };
    }
  }

  const callOptions = { client: clientName };
  const connection = new Connection({ instanceUrl, accessToken, version: apiVersion, callOptions });
  connection._transport = new OurTransport();
  return { connection, last: () => last };
}

/** On the first call and not at the start: it takes a tenth of a second. Without jsforce's further APIs, which nobody uses. */
async function loadLibrary() {
  const [{ Connection }, { Transport }] = await Promise.all([
    import('@jsforce/jsforce-node/lib/core.js'),
    import('@jsforce/jsforce-node/lib/transport.js'),
  ]);
  return { Connection, Transport };
}
