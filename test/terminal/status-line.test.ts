import { expect, it } from 'vitest';
import { withProgress } from '../../src/terminal/status-line.ts';
import { terminal } from '../support/terminal.ts';

const erase = '\r\u001b[2K';

it('the next line, the next output or a question replaces it', async () => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return 'y';
  };
  const { io, said } = terminal({ errWidth: 40, ask });
  const { terminal: shown, end } = withProgress(io);
  shown.progress?.('one');
  shown.progress?.('two');
  shown.out('result\n');
  shown.progress?.('three');
  await shown.ask?.('sure? ');
  shown.progress?.('four');
  end();
  end();
  expect(said).toEqual({ out: 'result\n', err: `one${erase}two${erase}three${erase}four${erase}` });
  expect(asked).toEqual(['sure? ']);
});

it('fits into one line', () => {
  const { io, said } = terminal({ errWidth: 10 });
  withProgress(io).terminal.progress?.('\u001b[31mmuch too long\u001b[39m');
  expect(said.err).toBe('much too ');
});

it('is not there without a terminal', () => {
  expect(withProgress(terminal().io).terminal.progress).toBeUndefined();
});
