// The JSON schema that editors use is the one of the code.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schemaFile, schemaText } from '../../scripts/configuration-schema.ts';

it('docs/hitless.schema.json is as the code has it (node scripts/configuration-schema.ts writes it)', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(schemaText);
});
