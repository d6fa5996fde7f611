import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Bodies, type BodyLimits, createBodies, discardBody } from '../../src/server/body.ts';
import { HttpError } from '../../src/server/http-error.ts';

/** A body that comes when the test says so. */
function sender({ collect, release }: Bodies, address = '10.0.0.1') {
  const stream = Object.assign(new PassThrough(), { socket: { remoteAddress: address }, headers: {} });
  const request = stream as unknown as IncomingMessage;
  const outcome = new Promise<string>((resolve) => {
    collect(request, (error, body) => resolve(error instanceof HttpError ? String(error.code) : String(body)));
  });
  const send = (text: string) => new Promise<void>((resolve) => stream.write(text, () => resolve()));
  return { outcome, send, stream, release: () => release(request) };
}

const limited = (limits: Partial<BodyLimits>) => createBodies({ oneBytes: 10, allBytes: 10, ...limits });

test('when the memory for all is full the oldest unfinished body gives way, and not the newcomer', async () => {
  const bodies = limited({ allBytes: 15 });
  const [first, second, third] = [sender(bodies), sender(bodies), sender(bodies)];
  await first.send('11111111');
  await second.send('22222222'); // 16 in all
  expect(await first.outcome).toBe('503');
  await third.send('3333333'); // 15 again
  for (const { stream } of [second, third]) stream.end();
  expect(await Promise.all([second.outcome, third.outcome])).toEqual(['22222222', '3333333']);
});

test('a crowd from one address is in its own way, also when another body is older', async () => {
  const bodies = limited({ allBytes: 34 });
  const other = sender(bodies, '10.0.0.2');
  await other.send('12345');
  const crowd = Array.from({ length: 40 }, () => sender(bodies));
  for (const one of crowd) await one.send('12345678');
  other.stream.end('678');
  expect(await other.outcome).toBe('12345678');
  for (const { stream } of crowd) stream.end();
  const outcomes = await Promise.all(crowd.map(({ outcome }) => outcome));
  expect(outcomes).toEqual([...Array(37).fill('503'), ...Array(3).fill('12345678')]);
});

test('a body that is being answered counts on and does not give way; released, it makes room', async () => {
  const bodies = limited({ allBytes: 15 });
  const answered = sender(bodies);
  answered.stream.end('1234567890');
  expect(await answered.outcome).toBe('1234567890');
  const late = sender(bodies);
  await late.send('123456');
  expect(await late.outcome).toBe('503');
  answered.release();
  answered.release();
  const next = sender(bodies);
  next.stream.end('1234567890');
  expect(await next.outcome).toBe('1234567890');
});

test('what counts is the buffer, which grows in steps, and not what came', async () => {
  const bodies = limited({ oneBytes: 100, allBytes: 100 });
  const one = sender(bodies);
  for (let byte = 0; byte < 60; byte += 1) await one.send('x'); // in a buffer of 64
  const other = sender(bodies, '10.0.0.2');
  await other.send('x'.repeat(36));
  const third = sender(bodies, '10.0.0.3');
  await third.send('y'); // 98 came, 101 are held
  expect(await one.outcome).toBe('503');
  for (const { stream } of [other, third]) stream.end();
  expect(await Promise.all([other.outcome, third.outcome])).toEqual(['x'.repeat(36), 'y']);
});

test('a body in many small pieces is ended before its end, for each piece costs time', async () => {
  const bodies = limited({ oneBytes: 1_000_000, allBytes: 1_000_000 });
  const [crumbs, slices] = [sender(bodies), sender(bodies)];
  for (let piece = 0; piece <= 1000; piece += 1) await crumbs.send('x');
  expect(await crumbs.outcome).toBe('400');
  for (let piece = 0; piece <= 1000; piece += 1) await slices.send('x'.repeat(64));
  slices.stream.end();
  expect(await slices.outcome).toBe('x'.repeat(64 * 1001));
});

test('a body that nobody wants is ended for the same reason', async () => {
  const stream = new PassThrough();
  const failure = new Promise<HttpError | undefined>((resolve) =>
    discardBody(stream as unknown as IncomingMessage, resolve),
  );
  for (let piece = 0; piece <= 1000; piece += 1) stream.write('x');
  expect(await failure).toMatchObject({ code: 400, headers: { connection: 'close' } });
});

test('a body that takes too long is refused, and what comes of it later is not kept', async () => {
  const bodies = limited({ deadlineMs: 30 });
  const slow = sender(bodies);
  await slow.send('12345678');
  expect(await slow.outcome).toBe('408');
  slow.stream.end('9');
  const next = sender(bodies);
  next.stream.end('1234567890');
  expect(await next.outcome).toBe('1234567890');
});

test('what a released, refused or broken body held is free again', async () => {
  const bodies = limited({});
  const outcomes: string[] = [];
  for (const end of ['end', 'destroy', 'end'] as const) {
    const { outcome, send, stream, release } = sender(bodies);
    await send('12345678');
    if (end === 'destroy') stream.destroy(new Error('gone'));
    else stream.end();
    outcomes.push(await outcome);
    release();
  }
  const huge = sender(bodies);
  await huge.send('123456789');
  await huge.send('too much');
  huge.stream.end();
  outcomes.push(await huge.outcome);
  const last = sender(bodies);
  last.stream.end('1234567890');
  outcomes.push(await last.outcome);
  expect(outcomes).toEqual(['12345678', '400', '12345678', '413', '1234567890']);
});
