// The part of autocannon that the bench uses; it carries no types.

declare module 'autocannon' {
  interface Result {
    /** Seconds. */
    readonly duration: number;
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
  }
  interface Run extends PromiseLike<Result> {
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, milliseconds: number) => void,
    ): void;
  }
  interface Options {
    readonly url: string;
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration?: number;
    /** Of calls, instead of a duration. */
    readonly amount?: number;
  }
  function autocannon(options: Options): Run;
  export = autocannon;
}
