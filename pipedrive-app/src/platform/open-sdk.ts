/** Pipedrive's SDK, and its known defects worked around. */
import SdkModule, { Command, Event } from '@pipedrive/app-extensions-sdk';
import { asTheme, type Theme } from './where.ts';

export { Command, Event };
export type Sdk = SdkModule;

// The package is CommonJS only: bundlers hand over its whole module as the default export, types promise the class.
const Sdk = ((SdkModule as { default?: typeof SdkModule }).default ?? SdkModule) as typeof SdkModule;

/** The SDK, connected. Pipedrive shows its own error unless it hears from us within 10 seconds: call it before all else. */
export async function openSdk(size?: { width?: number; height?: number }): Promise<Sdk> {
  return new Sdk().initialize(size ? { size } : {});
}

/** Follows Pipedrive's theme; the SDK's own `userSettings` hold the message's envelope after the first change. */
export function followTheme(sdk: Sdk, changed: (theme: Theme) => void): () => void {
  return sdk.listen(Event.USER_SETTINGS_CHANGE, ({ data }) => {
    if (data) changed(asTheme(data.theme));
  });
}

const tokenWithinMilliseconds = 10_000;

/** A newly signed token. Rejects when Pipedrive stays silent, which would leave the page waiting without a word. */
export async function freshToken(sdk: Sdk): Promise<string> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('Pipedrive gave no token.')), tokenWithinMilliseconds);
  });
  return (await Promise.race([sdk.execute(Command.GET_SIGNED_TOKEN), late])).token;
}
