#!/usr/bin/env node
// The program `kubectl_complete-hitless`, which kubectl asks when a command line of the plugin is completed.

import { start } from './start.ts';

start('kubectl hitless', ['__complete']);
