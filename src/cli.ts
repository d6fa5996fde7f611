#!/usr/bin/env node
// The program `hitless`.

import { start } from './start.ts';

start('hitless');
