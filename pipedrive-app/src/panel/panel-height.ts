/** The heights Pipedrive allows a panel, in pixels; it ignores any other. https://pipedrive.readme.io/docs/custom-ui-extensions-panels */
const [least, most] = [100, 750];

export const panelHeight = (contentPixels: number): number => Math.min(most, Math.max(least, Math.ceil(contentPixels)));
