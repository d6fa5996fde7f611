// The diff is for other tools: they must be able to apply it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/yaml/unified-diff.ts';

const line = fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '# d\n', 'e');
const piece = fc.array(line, { maxLength: 12 }).map((lines) => lines.join(''));
const segment = fc.oneof(
  piece.map((text) => ({ before: text, after: text })),
  fc.record({ before: piece, after: piece }),
);

describe('the unified diff', () => {
  it('turns the old text into the new one, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const before = segments.map((one) => one.before).join('');
        const after = segments.map((one) => one.after).join('');
        const diff = unifiedDiff('f.yaml', segments);
        if (before === after) expect(diff).toBe('');
        else expect(applyPatch(before, diff, { autoConvertLineEndings: false })).toBe(after);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['deploy/web.yaml', 'deploy/web.yaml'],
    ['../up/web.yaml', 'up/web.yaml'],
    ['./web.yaml', 'web.yaml'],
    ['a file with blanks.yaml', 'a file with blanks.yaml'],
    ['schön "x".yaml', 'schön "x".yaml'],
  ])('of %j is taken by git apply and by patch', (file, inDiff) => {
    const segments = [
      { before: 'a: 1\n', after: 'a: 1\n' },
      { before: 'b: 2\r\nc: 3', after: 'b: 2\r\nx: 1\r\nc: 3' },
    ];
    for (const tool of ['git', 'patch']) {
      const folder = mkdtempSync(join(tmpdir(), 'hitless-diff-'));
      try {
        const path = join(folder, inDiff);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, segments.map(({ before }) => before).join(''));
        const args = tool === 'git' ? ['apply', '-p1'] : ['--binary', '-s', '-p1'];
        const { status, stderr, error } = spawnSync(tool, args, {
          cwd: folder,
          input: unifiedDiff(file, segments),
          encoding: 'utf8',
        });
        if (error !== undefined && 'code' in error && error.code === 'ENOENT') continue;
        expect(`${tool}: ${status} ${stderr}`).toBe(`${tool}: 0 `);
        expect(readFileSync(path, 'utf8')).toBe(segments.map(({ after }) => after).join(''));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  });
});
