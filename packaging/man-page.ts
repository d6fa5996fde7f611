// One command of the table as a manual page, in the macros of man(7).

import type { TableArgument, TableCommand, TableOption } from '../src/commands/command-table.ts';

export interface Page {
  /** `hitless`, or `kubectl hitless`. */
  readonly program: string;
  readonly version: string;
  /** Absent: the page of the program itself. */
  readonly command?: TableCommand;
  readonly table: TableCommand;
}

/** `hitless-check`: also the name of its file. */
export function pageName({ program, command }: Pick<Page, 'program' | 'command'>): string {
  return [program, ...(command === undefined ? [] : [command.name])].join('-').replaceAll(' ', '-');
}

export function manPage(page: Page): string {
  const { version, table, command = table } = page;
  const name = pageName(page);
  const { paragraphs, exitCodes, examples } = readNotes(command.notes);
  return lines(
    '.\\" Made by packaging/man.ts from what hitless --help prints.',
    `.TH ${argument(name.toUpperCase())} 1 "" ${argument(`hitless ${version}`)} ${argument('hitless')}`,
    '.SH NAME',
    `${plain(name)} \\- ${plain(firstClause(command.description))}`,
    '.SH SYNOPSIS',
    ...synopsis(page),
    '.SH DESCRIPTION',
    ...described(sentence(command.description), paragraphs),
    ...(page.command === undefined ? commandList(page) : []),
    ...(command.arguments.length === 0 ? [] : ['.SH ARGUMENTS', ...command.arguments.flatMap(argumentEntry)]),
    '.SH OPTIONS',
    ...command.options.flatMap(optionEntry),
    ...(command.globalOptions.length === 0
      ? []
      : ['.SS Of every command', ...command.globalOptions.flatMap(optionEntry)]),
    ...(exitCodes === '' ? [] : ['.SH EXIT STATUS', plain(exitCodes)]),
    ...environment,
    ...(examples.length === 0 ? [] : ['.SH EXAMPLES', '.EX', ...examples.map(literal), '.EE']),
    '.SH SEE ALSO',
    seeAlso(page),
  );
}

interface Notes {
  readonly paragraphs: readonly string[];
  readonly exitCodes: string;
  readonly examples: readonly string[];
}

/** The text below the options: paragraphs, among them one about exit codes and one of examples. */
function readNotes(notes: string): Notes {
  const blocks = notes.split(/\n{2,}/).filter((block) => block !== '');
  const isExamples = (block: string) => block.startsWith('Examples:\n');
  const isExit = (block: string) => block.startsWith('Exit codes');
  const filled = (block: string) => block.replaceAll(/\s*\n\s*/g, ' ');
  return {
    paragraphs: blocks.filter((block) => !isExamples(block) && !isExit(block)).map(filled),
    exitCodes: blocks
      .filter(isExit)
      .map(filled)
      .join(' ')
      .replace(/^Exit codes: /, ''),
    examples: blocks.filter(isExamples).flatMap((block) => block.split('\n').slice(1)),
  };
}

function synopsis({ program, command, table }: Page): readonly string[] {
  const names = command === undefined ? program : `${program} ${command.name}`;
  return [`.B ${argument(names)}`, plain((command ?? table).usage)];
}

function described(first: string, paragraphs: readonly string[]): readonly string[] {
  return [plain(first), ...paragraphs.flatMap((paragraph) => ['.PP', plain(paragraph)])];
}

function commandList({ program, table }: Page): readonly string[] {
  const entries = withPages(table).flatMap((command) => [
    '.TP',
    `.BR ${argument(pageName({ program, command }))} (1)`,
    plain(sentence(command.description)),
  ]);
  return ['.SH COMMANDS', ...entries];
}

/** `help` is a way to these pages. */
export function withPages({ commands }: TableCommand): readonly TableCommand[] {
  return commands.filter(({ name }) => name !== 'help');
}

function optionEntry({ flags, details }: TableOption): readonly string[] {
  const [, names = flags, value = ''] = /^(.*?)( ?[<[].*)?$/.exec(flags) ?? [];
  return ['.TP', `\\fB${literal(names)}\\fR${value === '' ? '' : `\\fI${literal(value)}\\fR`}`, plain(details)];
}

function argumentEntry({ name, description, words }: TableArgument): readonly string[] {
  const choices = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return ['.TP', `\\fI${literal(name)}\\fR`, plain(`${description}${choices}` || name)];
}

function seeAlso({ program, command, table }: Page): string {
  const others = [undefined, ...withPages(table)].filter((one) => one?.name !== command?.name);
  return others
    .map((one) => pageName({ program, ...(one && { command: one }) }))
    .map((name, at) => `.BR ${argument(name)} (1)${at === others.length - 1 ? '' : ' ,'}`)
    .join('\n');
}

const environment = [
  '.SH ENVIRONMENT',
  '.TP',
  '.B KUBECONFIG',
  'Files with the clusters that commands talk to, as for kubectl.',
  '.TP',
  '\\fBNO_COLOR\\fR, \\fBFORCE_COLOR\\fR, \\fBCLICOLOR\\fR, \\fBCLICOLOR_FORCE\\fR',
  'Whether output is coloured, where \\-\\-color does not say it.',
];

function firstClause(description: string): string {
  return description.split(/[;:] /)[0] ?? description;
}

function sentence(text: string): string {
  const whole = text.endsWith('.') ? text : `${text}.`;
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}`;
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** A line of text; one that begins with a dot or a quote would be a command. */
function plain(text: string): string {
  return literal(text).replace(/^[.']/, '\\&$&');
}

function argument(text: string): string {
  return `"${literal(text).replaceAll('"', '\\(dq')}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/** Characters as they are, not as a typesetter would like them. */
function literal(text: string): string {
  return text
    .replace(/[\\\-'`^~]/g, (one) => escapes[one] ?? one)
    .replace(/[^\n\x20-\x7e]/gu, (one) => {
      return `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`;
    });
}
