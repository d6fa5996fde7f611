// The JSON schema of .hitless.yaml, for editors. `node scripts/configuration-schema.ts` writes it; a test compares.

import { writeFileSync } from 'node:fs';
import { configurationSchema } from '../src/lint/configuration/json-schema.ts';

export const schemaFile = new URL('../docs/hitless.schema.json', import.meta.url);

export const schemaText = `${JSON.stringify(configurationSchema(), null, 2)}\n`;

if (import.meta.main) writeFileSync(schemaFile, schemaText);
