import type { AnyJob } from '../core/jobs.ts';
import { revokeJob } from './grants.ts';

export const jobs: AnyJob[] = [revokeJob];
