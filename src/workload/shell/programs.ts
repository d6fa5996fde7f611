// Programs by what they do to a hook.

export const programs = {
  shells: new Set<string>(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh']),
  /** They end at once and cannot fail. */
  certain: new Set<string>([
    ':',
    'true',
    'echo',
    'printf',
    'export',
    'readonly',
    'unset',
    'umask',
    'set',
    'trap',
    'date',
    'hash',
  ]),
  /** They end at once, and leave the application alone; whether they succeed depends on the container. */
  quick: new Set<string>([
    'cd',
    'touch',
    'rm',
    'mkdir',
    'sync',
    'logger',
    'ls',
    'test',
    '[',
    'pwd',
    'hostname',
    'id',
    'env',
  ]),
  /** Part of the shell itself: never the application. */
  builtins: new Set<string>([
    ':',
    'true',
    'false',
    'wait',
    'exit',
    'return',
    'echo',
    'printf',
    'cd',
    'export',
    'unset',
    'set',
  ]),
  /** They start another program and pass it SIGTERM, as process 1. */
  inits: new Set<string>(['tini', 'tini-static', 'dumb-init', 'catatonit']),
} as const;

/** `/usr/bin/sleep` → `sleep`. */
export function basename(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
