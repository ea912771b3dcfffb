#!/usr/bin/env node
// Runs the commands without the `sf` command line, as the tests do.
import { execute } from '@oclif/core';

await execute({ dir: import.meta.url });
