/**
 * What Pipedrive lets each kind of page do, and in which size. Commands of another surface are refused.
 * https://pipedrive.readme.io/docs/custom-ui-extensions and the SDK's README
 */
export type SurfaceKind = 'panel' | 'modal' | 'settings' | 'floating_window';

export interface Size {
  width?: number;
  height?: number;
}

const everywhere = [
  'initialize',
  'show_snackbar',
  'show_confirmation',
  'get_signed_token',
  'get_metadata',
  'redirect_to',
];
const floating = ['show_floating_window', 'hide_floating_window'];
const commands: Record<SurfaceKind, string[]> = {
  panel: [...everywhere, ...floating, 'resize', 'open_modal'],
  modal: [...everywhere, 'resize', 'close_modal'],
  settings: everywhere,
  floating_window: [...everywhere, ...floating, 'resize', 'open_modal', 'set_notification', 'set_focus_mode'],
};
const events: Record<SurfaceKind, string[]> = {
  panel: ['visibility', 'close_custom_modal', 'user_settings_change'],
  modal: ['user_settings_change'],
  settings: ['user_settings_change'],
  floating_window: ['visibility', 'close_custom_modal', 'user_settings_change'],
};

export const mayCommand = (surface: SurfaceKind, command: string): boolean => commands[surface].includes(command);
export const mayListen = (surface: SurfaceKind, event: string): boolean => events[surface].includes(event);

/** Pixels; the panel's width is fixed, the floating window's limits are its own. */
export const panelWidth = 385;
const bounds = { panel: [100, 750], floatingWidth: [200, 800], floatingHeight: [70, 700] } as const;

/** The size that is taken over; null where Pipedrive ignores the wish. `viewport` is the whole window's. */
export function allowedSize(surface: SurfaceKind, wanted: unknown, viewport: Required<Size>): Size | null {
  const { width, height } = (wanted ?? {}) as Record<string, unknown>;
  if (width === undefined && height === undefined) return null;
  const fits = (value: unknown, least: number, most: number) =>
    value === undefined || (typeof value === 'number' && value >= least && value <= most);
  const good = {
    panel: () => fits(height, ...bounds.panel) && height !== undefined,
    modal: () => fits(width, 320, viewport.width) && fits(height, 120, viewport.height),
    settings: () => false,
    floating_window: () => fits(width, ...bounds.floatingWidth) && fits(height, ...bounds.floatingHeight),
  }[surface]();
  if (!good) return null;
  const size = { width, height } as Size;
  return surface === 'panel' ? { width: panelWidth, ...(size.height && { height: size.height }) } : size;
}
