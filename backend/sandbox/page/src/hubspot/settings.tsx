/** The app's settings page inside HubSpot: the settings bundle. */

import { Extension } from './extension.tsx';
import type { HostProps } from './hubspot.tsx';

const none = {};

export function Settings(host: HostProps) {
  return (
    <div className="settings">
      <nav aria-label="Settings of HubSpot">
        <h3>Settings</h3>
        <ul>
          <li>Notifications</li>
          <li>Users &amp; teams</li>
          <li>Integrations</li>
          <li aria-current="page">Connected apps</li>
        </ul>
      </nav>
      <div className="settings-app">
        <Extension {...host} kind="settings" properties={none} />
      </div>
    </div>
  );
}
