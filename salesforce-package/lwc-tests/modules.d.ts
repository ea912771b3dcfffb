/** The parts of our components that tests call. */
declare module 'c/salesosApi' {
  export class RequestFailed extends Error {
    status: number | null;
    code: string;
    outcomeUnknown: boolean;
    errors: { pointer: string; message: string }[];
  }
  export function ask(path: string, body: object): Promise<unknown>;
  export function asFailure(thrown: unknown): RequestFailed;
  export function createActs(newKey?: () => string): (act: string, path: string, body: object) => Promise<unknown>;
}
declare module 'c/salesosForms' {
  export * from '@salesos/shared/surface/mailbox-draft.ts';
  export * from '@salesos/shared/surface/settings-words.ts';
}
declare module 'c/salesosFormat' {
  export function when(instant: string): string;
  export function points(value: number): string;
}
declare module 'c/salesosLabels' {
  export const words: Record<string, string>;
  export function fill(words: string, values: Record<string, string | number>): string;
}
