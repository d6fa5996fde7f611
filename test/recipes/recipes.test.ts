// What the recipes promise: instances replaced one by one under load on kept connections, and nothing lost.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onFreePort } from '../support/free-port.ts';
import { codeBlock, ownFolder, type Recipe, recipes } from '../support/recipes.ts';
import { keptHttp, load } from '../support/test-app/load.ts';

const rollouts = 3;

async function rollOut({ document, file, prepare }: Recipe) {
  const start = await prepare(await ownFolder(), await codeBlock(document, file));
  let old = await onFreePort(start);
  const place = { port: old.port };
  const loads = [load('GET', keptHttp('GET', place)), load('POST', keptHttp('POST', place))];
  const exits: unknown[] = [];
  for (let n = 1; n <= rollouts; n += 1) {
    const next = await onFreePort(start);
    await sleep(200);
    place.port = next.port;
    exits.push(await old.end());
    old = next;
  }
  await Promise.all(loads.map(({ stop }) => stop()));
  await old.end();
  return { loads, exits };
}

// Side by side: most of it is waiting, for instances to start and to drain.
describe.concurrent.each(recipes)('$file of $document', (recipe) => {
  it.skipIf(recipe.missing !== undefined)(
    `loses nothing on kept connections${recipe.missing === undefined ? '' : ` (skipped: ${recipe.missing})`}`,
    { timeout: 300_000 },
    async () => {
      const { loads, exits } = await rollOut(recipe);
      expect(loads.flatMap(({ lost }) => lost)).toEqual([]);
      for (const { sent, pods } of loads) {
        expect(sent).toBeGreaterThan(rollouts * 20);
        expect(pods.size).toBe(rollouts + 1);
      }
      // The JVM says 143 at an orderly end, and so does uvicorn in newer versions.
      for (const exit of exits) expect([0, 143, 'SIGTERM']).toContain(exit);
    },
  );
});

describe('every recipe', () => {
  const folder = new URL('../../docs/recipes/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file !== 'README.md');
  const texts = files.map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));

  it.each(
    texts,
  )('$file says what happens by itself, what to do for each protocol, the numbers, and whether it is tested', ({
    text,
  }) => {
    for (const part of ['**By default**', '## HTTP', 'WebSocket', 'gRPC', '## Numbers', '| grace period |'])
      if (part !== '## HTTP' || !text.includes('## Spring Boot')) expect(text).toContain(part);
    expect(text).toMatch(/^(Tested: |\*\*Not\*\* tested here)/m);
  });

  it('that says so is tested', () => {
    const tested = texts.filter(({ text }) => /^Tested: /m.test(text)).map(({ file }) => file);
    expect(tested.toSorted()).toEqual([...new Set(recipes.map(({ document }) => document))].toSorted());
  });
});
