// Ctrl-C for a command that has something to finish: the first ends its work, the second the process.

export interface Interruptible {
  readonly signal: AbortSignal;
  /** Call it when there is nothing left to finish. */
  readonly end: () => void;
}

export function interruptible(say: () => void): Interruptible {
  const interrupted = new AbortController();
  const end = () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  const interrupt = () => {
    end();
    say();
    interrupted.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { signal: interrupted.signal, end };
}
