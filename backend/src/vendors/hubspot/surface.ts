/** Requests of HubSpot's cards, workflows and notices: who they come from, and how workflows are spoken with. */

import type { SurfaceIdentity, SurfaceVerdict, WorkflowFormat } from '../../api/surface.ts';
import type { Clock } from '../../core/clock.ts';
import { type SignedRequest, verifySignature } from './request-signature.ts';
import { executionAnswer, optionsAnswer, parseExecution, parseOptionsRequest } from './workflow-action.ts';

/** HubSpot asks for one record at a time. */
export const hubspotWorkflow: WorkflowFormat = {
  parseExecutions: (_, body) => [parseExecution(body)],
  executionAnswer: (_, [output]) =>
    executionAnswer(output!.result === 'refused' ? 'FAIL_CONTINUE' : 'SUCCESS', { ...output! }),
  parseOptionsRequest,
  optionsAnswer,
};

const nobody: SurfaceIdentity = { accountId: null, userId: null, userEmail: null, records: null };

/** `publicBaseUrl`: scheme and host by which HubSpot calls us. */
export function createHubSpotSurface(config: { clientSecret: string; publicBaseUrl: string }, clock: Clock) {
  return {
    crm: 'hubspot',
    verify(request: SignedRequest): SurfaceVerdict {
      const verdict = verifySignature(request, { ...config, now: clock.now() });
      if (!verdict.valid && verdict.reason === 'missing') return { outcome: 'unsigned' };
      if (!verdict.valid) return { outcome: 'refused', reason: `signature: ${verdict.reason}` };
      // v1 covers the body alone and v2 can be replayed for ever: only v3 vouches for who is asking.
      if (verdict.version !== 'v3') return { outcome: 'identified', identity: nobody };
      const query = new URLSearchParams(request.target.split('?').slice(1).join('?'));
      const names = ['portalId', 'userId', 'userEmail'] as const;
      const repeated = names.find((name) => query.getAll(name).length > 1);
      if (repeated) return { outcome: 'refused', reason: `${repeated} appears twice` };
      const [accountId, userId, userEmail] = names.map((name) => query.get(name) || null);
      const identity: SurfaceIdentity = {
        accountId: accountId ?? null,
        userId: userId ?? null,
        userEmail: userEmail ?? null,
        records: null,
      };
      return { outcome: 'identified', identity };
    },
  };
}
