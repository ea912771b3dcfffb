import { Command, type Sdk } from '../platform/open-sdk.ts';
import { startPage } from '../platform/page.tsx';
import { EnrollModal } from './EnrollModal.tsx';
import { modalSize } from './modal-size.ts';

void startPage((page) => <EnrollModal page={page} />, takeRoom);

async function takeRoom(sdk: Sdk): Promise<void> {
  try {
    const { windowWidth, windowHeight } = await sdk.execute(Command.GET_METADATA);
    await sdk.execute(Command.RESIZE, modalSize(windowWidth, windowHeight));
  } catch {
    // The size it was opened with will do.
  }
}
