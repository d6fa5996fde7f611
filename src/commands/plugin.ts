// `kubectl hitless`: the commands that talk to a cluster, called as kubectl calls its plugins.

export const pluginOverview = `
Examples:
  kubectl hitless status                   is hitless healthy in this cluster?
  kubectl hitless audit                    find what loses requests in the namespaces that are opted in
  kubectl hitless explain deployment/web   the policy of a workload, and what each rule does
  kubectl hitless verify deployment/web --restart

The program hitless also has the commands for manifests on disk: check and fix.

Exit codes: 0 all is well, 1 the command found or lost something (its help says what), 2 invalid input or usage, or no cluster.`;

/** `hitless audit` as a user of the plugin types it, where the plugin has that command. */
export function asPlugin(text: string, commands: readonly string[]): string {
  return text.replace(/(?<!kubectl )\bhitless ([a-z]+)\b/g, (whole, command: string) =>
    commands.includes(command) ? `kubectl ${whole}` : whole,
  );
}
