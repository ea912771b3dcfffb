import { expect, test } from 'vitest';
import { signatureHeaders } from '../../../sandbox/fakes/hubspot/signing.ts';
import { handClock } from '../../core/clock.ts';
import { createHubSpotSurface } from './surface.ts';

const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
const publicBaseUrl = 'https://api.example.com';
const surface = createHubSpotSurface({ clientSecret: 'secret-1', publicBaseUrl }, clock);

/** A POST signed as HubSpot signs it; `without` drops headers on the way. */
function signed(target: string, older: 'v1' | 'v2', without: string[] = []) {
  const request = { method: 'POST', url: publicBaseUrl + target, body: '{}', now: clock.now() };
  const headers = new Headers(signatureHeaders('secret-1', request, older));
  for (const name of without) headers.delete(name);
  return { method: 'POST', target, headers, rawBody: Buffer.from('{}') };
}
const card = '/cards/contact?userId=71&portalId=123&userEmail=rep%2Bx%40seller.test&appId=9';
const nobody = { accountId: null, userId: null, userEmail: null, records: null };

test('a card request says account and user', () => {
  expect(surface.verify(signed(card, 'v2'))).toEqual({
    outcome: 'identified',
    identity: { accountId: '123', userId: '71', userEmail: 'rep+x@seller.test', records: null },
  });
});

test('a workflow request says nobody: its account is in the body', () => {
  expect(surface.verify(signed('/hubspot/actions/enroll', 'v2'))).toEqual({ outcome: 'identified', identity: nobody });
});

test.each(['v1', 'v2'] as const)('a request that only bears %s is real, but vouches for nobody', (version) => {
  const request = signed(card, version, ['X-HubSpot-Signature-v3']);
  expect(surface.verify(request)).toEqual({ outcome: 'identified', identity: nobody });
});

test('a second portal in the address is refused, whichever one is meant', () => {
  expect(surface.verify(signed(`${card}&portalId=124`, 'v2'))).toMatchObject({ outcome: 'refused' });
});

test('no signature, a wrong one and an old one are told apart', () => {
  const bare = signed(card, 'v2', ['X-HubSpot-Signature-v3', 'X-HubSpot-Signature']);
  expect(surface.verify(bare)).toEqual({ outcome: 'unsigned' });
  const request = signed(card, 'v2');
  expect(surface.verify({ ...request, target: card.replace('123', '124') }).outcome).toBe('refused');
  clock.advance(301);
  expect(surface.verify(request)).toEqual({ outcome: 'refused', reason: 'signature: timestamp' });
});
