// Workflow commands, read as GitHub's runner reads them.

import { describe, expect, it } from 'vitest';
import type { FindingsReport } from '../../../src/lint/report.ts';
import type { DetailFlags } from '../../../src/lint/reporters/detail.ts';
import { githubOutput } from '../../../src/lint/reporters/github.ts';
import { visible } from '../../../src/text/hidden.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

function commandsOf(report: FindingsReport, detail: DetailFlags = {}): readonly Command[] {
  const text = [...githubOutput(report, reportOptions({ detail }))].join('');
  expect(text).toMatch(/\n$/);
  return text.slice(0, -1).split('\n').map(commandOf);
}

/** What is before the second `::` are properties, wherever else one is. */
function commandOf(line: string): Command {
  const [, name = '', list = '', data = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const properties = list.split(',').map((one) => {
    const at = one.indexOf('=');
    return [
      one.slice(0, at),
      unescaped(one.slice(at + 1))
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ','),
    ];
  });
  return { name, properties: Object.fromEntries(properties), message: unescaped(data) };
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

describe('workflow commands', () => {
  const odd = 'a,b::c=d%0A 100% of it';

  it('have a level that GitHub knows, a place, and the finding, whatever is in them', () => {
    const severities = ['error', 'warning', 'note'] as const;
    const diagnostics = severities.map((severity) => finding({ severity, message: odd, line: 3, column: 5 }));
    const commands = commandsOf(reported([workload('web', { file: 'deploy/a,b: 50%.yaml', diagnostics })]));
    expect(commands.map(({ name }) => name)).toEqual(['error', 'warning', 'notice']);
    for (const { properties, message } of commands) {
      const file = 'deploy/a,b: 50%.yaml';
      expect(properties).toEqual({ file, line: '3', col: '5', title: 'hitless pre-stop-sleep' });
      expect(message).toBe(`Deployment shop/web: ${odd}`);
    }
  });

  it('have no place where no file holds the object', () => {
    const [command] = commandsOf(reported([workload('web', { diagnostics: [finding()] })]));
    expect(command?.properties).toEqual({ title: 'hitless pre-stop-sleep' });
    expect(command?.message).toBe('Deployment shop/web: sleep 10 s first');
  });

  it('are one for each finding, whatever strings hold', () => {
    const report = nastyReport();
    const commands = commandsOf(report, { showIgnored: true });
    expect(commands).toHaveLength(8);
    for (const { name, properties, message } of commands) {
      expect(name).toMatch(/^(error|warning|notice)$/);
      expect(Object.keys(properties).filter((key) => !['file', 'line', 'col', 'title'].includes(key))).toEqual([]);
      expect(message).not.toBe('');
      expect(message).toBe(visible(message));
    }
  });
});
