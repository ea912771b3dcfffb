/** Who our pages are opened for in Pipedrive, with a token that it signed. */
import type { CompanyControls } from './fakes/pipedrive/index.ts';

export function createPipedrivePages(company: CompanyControls, origin: string) {
  const user = company.users[0];
  if (!user) throw new Error(`company ${company.company.id} has no user`);
  const who = { userId: user.id, companyId: company.company.id };

  return {
    user,
    token: () => company.signedToken(user.id),
    /** A request of the settings page, in a session of its own. */
    async askAsAdmin<T>(path: string, body: object): Promise<T> {
      const post = async <A>(to: string, content: object, headers: Record<string, string> = {}): Promise<A> => {
        const answer = await fetch(origin + to, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(content),
        });
        if (!answer.ok) throw new Error(`${to} answered ${answer.status}: ${await answer.text()}`);
        return (await answer.json()) as A;
      };
      const opened = { ...who, token: company.signedToken(user.id), resource: '', selectedIds: [] };
      const { session } = await post<{ session: string }>('/pipedrive/session', opened);
      return post<T>(path, body, { authorization: `Bearer ${session}` });
    },
  };
}
