#!/usr/bin/env node
// The plugin `kubectl hitless`, which kubectl finds by the name of its program.

import { start } from './start.ts';

start('kubectl hitless');
