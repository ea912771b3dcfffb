/** A backend for the surfaces' tests that keeps the contract: requests and answers both pass the shared schemas. */

import { type CardPath, type CardRequest, type CardResponse, cardRoutes } from '@salesos/shared/cards.ts';
import { type FieldError, RequestFailed, type SalesosApi } from '@salesos/shared/surface/api.ts';

type Answer<P extends CardPath> = (request: CardRequest<P>) => CardResponse<P> | Promise<CardResponse<P>>;

export interface Call {
  path: CardPath;
  request: Record<string, unknown>;
}

export function createFakeApi() {
  const answers = new Map<CardPath, (request: never) => unknown>();
  const calls: Call[] = [];

  const api: SalesosApi = async (path, request) => {
    const parsed = cardRoutes[path].request.parse(request);
    calls.push({ path, request: parsed });
    const answer = answers.get(path);
    if (!answer) throw new Error(`The test has no answer for ${path}.`);
    return cardRoutes[path].response.parse(await answer(parsed as never)) as CardResponse<typeof path>;
  };

  return {
    api,
    calls,
    to: (path: CardPath) => calls.filter((call) => call.path === path).map((call) => call.request),
    answer<P extends CardPath>(path: P, answer: Answer<P>) {
      answers.set(path, answer);
    },
    /** Fails with the backend's sentence, or with no answer at all (`status` null). */
    fail(path: CardPath, sentence: string, status: number | null, code = 'refused', errors: FieldError[] = []) {
      answers.set(path, () => {
        throw new RequestFailed(sentence, status, code, errors);
      });
    },
    /** Answers only when told to. */
    hold<P extends CardPath>(path: P) {
      const held = Promise.withResolvers<CardResponse<P>>();
      answers.set(path, () => held.promise);
      return held;
    },
  };
}
