import { startPage } from '../platform/page.tsx';
import { SettingsPage } from './SettingsPage.tsx';

void startPage((page) => <SettingsPage page={page} />);
