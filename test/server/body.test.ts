import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { bodyCollector } from '../../src/server/body.ts';
import { Refusal } from '../../src/server/status.ts';

/** A body that comes when the test says so. */
function sender(collect: ReturnType<typeof bodyCollector>) {
  const stream = new PassThrough();
  const outcome = new Promise<string>((resolve) => {
    collect(stream as unknown as IncomingMessage, (error, body) =>
      resolve(error instanceof Refusal ? String(error.code) : String(body)),
    );
  });
  const send = (text: string) => new Promise<void>((resolve) => stream.write(text, () => resolve()));
  return { outcome, send, stream };
}

test('bodies on their way hold a limited memory together: one too many is refused, the others come through', async () => {
  const collect = bodyCollector({ oneBytes: 10, allBytes: 15 });
  const [first, second, third] = [sender(collect), sender(collect), sender(collect)];
  await first.send('11111111');
  await second.send('22222222'); // 16 in all
  await third.send('3333333'); // 15 again, for the second holds nothing any more
  for (const { stream } of [first, second, third]) stream.end();
  expect(await Promise.all([first.outcome, second.outcome, third.outcome])).toEqual(['11111111', '503', '3333333']);
});

test('a body that takes too long is refused, and what comes of it later is not kept', async () => {
  const collect = bodyCollector({ oneBytes: 10, allBytes: 10, deadlineMs: 30 });
  const slow = sender(collect);
  await slow.send('12345678');
  expect(await slow.outcome).toBe('408');
  slow.stream.end('9');
  const next = sender(collect);
  next.stream.end('1234567890');
  expect(await next.outcome).toBe('1234567890');
});

test('what a finished, refused or broken body held is free again', async () => {
  const collect = bodyCollector({ oneBytes: 10, allBytes: 10 });
  const outcomes: string[] = [];
  for (const end of ['end', 'destroy', 'end'] as const) {
    const { outcome, send, stream } = sender(collect);
    await send('12345678');
    if (end === 'destroy') stream.destroy(new Error('gone'));
    else stream.end();
    outcomes.push(await outcome);
  }
  const huge = sender(collect);
  await huge.send('123456789');
  await huge.send('too much');
  huge.stream.end();
  outcomes.push(await huge.outcome);
  const last = sender(collect);
  last.stream.end('1234567890');
  outcomes.push(await last.outcome);
  expect(outcomes).toEqual(['12345678', '400', '12345678', '413', '1234567890']);
});
