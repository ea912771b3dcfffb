import type { SettingsSurface } from '@salesos/shared/surface/use-settings.ts';

/** What the settings page needs of HubSpot. */
export interface Platform extends SettingsSurface {
  closeOverlay: (id: string) => void;
}
