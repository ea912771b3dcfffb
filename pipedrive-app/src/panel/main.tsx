import { Command, type Sdk } from '../platform/open-sdk.ts';
import { startPage } from '../platform/page.tsx';
import { Panel } from './Panel.tsx';
import { panelHeight } from './panel-height.ts';

void startPage((page) => <Panel page={page} />, followHeight);

/** The panel is as high as what it shows, as far as Pipedrive lets it. */
function followHeight(sdk: Sdk, root: HTMLElement): void {
  let asked = 0;
  new ResizeObserver(() => {
    const height = panelHeight(root.scrollHeight);
    if (height === asked) return;
    asked = height;
    sdk.execute(Command.RESIZE, { height }).catch(() => {});
  }).observe(root);
}
