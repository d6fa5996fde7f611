// The command line to repeat a report: without options of one machine, and without secrets.

const ofOneMachine: readonly string[] = [
  ...['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'certificateAuthority', 'insecureSkipTlsVerify'],
  ...['as', 'asGroup', 'requestTimeout', 'json', 'report', 'resume'],
];

/** `options` as on the command line; false becomes `--no-...`, undefined is omitted. */
export function commandText(command: string, options: object): string {
  const flags = Object.entries(options)
    .filter(([name, value]) => value !== undefined && !ofOneMachine.includes(name))
    .map(([name, value]) =>
      flagText(
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        value,
      ),
    );
  return [command, ...flags].join(' ');
}

function flagText(name: string, value: unknown): string {
  if (value === true) return `--${name}`;
  if (value === false) return `--no-${name}`;
  const text = String(value).replace(/\/\/[^/@]*@/, '//');
  return `--${name} ${/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`;
}
