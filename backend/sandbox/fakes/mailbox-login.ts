import { scopesOf } from './consent.ts';
import type { Grants } from './grants.ts';
import { TokenRefused } from './token-answer.ts';

/** The app as it is registered with Google or Microsoft. */
export interface Client {
  clientId: string;
  clientSecret: string;
  /** Null: any. */
  redirectUris: string[] | null;
}

/** What both refuse, each in its own words. */
export interface Refusals {
  client: string;
  redirectAddress: string;
  unregisteredAddress: string;
  responseType: string;
  noScope: string;
  challengeMethod: string;
  secret: string;
}

/** What Google and Microsoft check alike when a mailbox is connected and its access is renewed. */
export function mailboxLogin(client: Client, grants: Grants, refusals: Refusals) {
  return {
    /** Of a request for consent. */
    problemOf(query: URLSearchParams): string | null {
      const redirectUri = query.get('redirect_uri') ?? '';
      if (query.get('client_id') !== client.clientId) return refusals.client;
      if (!URL.canParse(redirectUri)) return refusals.redirectAddress;
      if (client.redirectUris && !client.redirectUris.includes(redirectUri)) return refusals.unregisteredAddress;
      if (query.get('response_type') !== 'code') return refusals.responseType;
      if (scopesOf(query).length === 0) return refusals.noScope;
      const isWrongMethod = query.has('code_challenge') && query.get('code_challenge_method') !== 'S256';
      return isWrongMethod ? refusals.challengeMethod : null;
    },

    /** For a code, or for a refresh token. */
    tokensFor(form: URLSearchParams) {
      if (form.get('client_id') !== client.clientId || form.get('client_secret') !== client.clientSecret) {
        throw new TokenRefused('invalid_client', refusals.secret, 401);
      }
      if (form.get('grant_type') === 'authorization_code') {
        return grants.redeem(form.get('code') ?? '', form.get('redirect_uri') ?? '', form.get('code_verifier'));
      }
      if (form.get('grant_type') === 'refresh_token') return grants.refresh(form.get('refresh_token') ?? '');
      throw new TokenRefused('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
    },
  };
}
