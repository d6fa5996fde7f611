// The progress of the lab: on a terminal one line that changes, otherwise a line for each measurement.

import { lostIn, sentIn } from '../../measurement/analysis/count.ts';
import type { RolloutResult } from '../../measurement/analysis/measurement.ts';
import type { LabRow } from '../../measurement/lab/result.ts';
import { rowKey } from '../../measurement/lab/rows.ts';
import type { LabSettings } from '../../measurement/lab/settings.ts';
import { statusLine } from '../../terminal/status-line.ts';
import { paint } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';

export interface LabProgress {
  readonly done: (row: LabRow, round: number, result: RolloutResult) => void;
  readonly failed: (row: LabRow, round: number, error: Error) => void;
  readonly note: (text: string) => void;
  readonly end: () => void;
}

/** `done`: how many measurements are there already, by the key of their row. */
export function progress(
  { rows, rollouts, pods, webhook }: LabSettings,
  terminal: Terminal,
  done: ReadonlyMap<string, number> = new Map(),
): LabProgress {
  const style = paint(terminal.colour.err);
  const { line, draw, clear } = ticker(terminal);
  const note = terminal.quiet ? () => undefined : line;
  const earlier = rows.reduce((sum, row) => sum + Math.min(rollouts, done.get(rowKey(row)) ?? 0), 0);
  const total = rows.length * rollouts - earlier;
  const startedMs = performance.now();
  let finished = 0;
  const head = (row: LabRow, round: number) => {
    finished++;
    return `[${finished}/${total}${left(startedMs, finished, total)}] ${rowKey(row)}, rollout ${round + 1}`;
  };
  const by = webhook ? 'the installed webhook' : 'this program';
  note(
    `${count(rows.length, 'row')}, ${count(rollouts, 'rollout')} each, in namespace ${pods.namespace}; the fixes of the row all come from ${by}`,
  );
  if (earlier > 0) note(`${count(earlier, 'measurement')} of an earlier run count; ${number(total)} are left`);
  return {
    done: (row, round, result) => {
      const lost = lostIn(result);
      const tally = `${number(lost)} of ${number(sentIn(result))} lost`;
      if (!terminal.quiet) draw(`${head(row, round)}: ${style(lost > 0 ? 'red' : 'green', tally)}`);
    },
    failed: (row, round, error) => {
      line(`${head(row, round)}: ${style('red', 'not measured')}: ${visible(error.message)}`);
    },
    note,
    end: clear,
  };
}

/** `draw` replaces the previous drawing; without a terminal, each drawing is a line. */
function ticker({ err, errWidth }: Terminal) {
  const drawn = errWidth === undefined ? undefined : statusLine(err, errWidth);
  const clear = () => drawn?.clear();
  const line = (text: string) => {
    clear();
    err(`${text}\n`);
  };
  return { clear, line, draw: drawn?.draw ?? line };
}

function left(startedMs: number, finished: number, total: number): string {
  if (finished >= total) return '';
  const seconds = ((performance.now() - startedMs) / finished / 1000) * (total - finished);
  if (seconds <= 90) return `, ${Math.round(seconds)} s left`;
  if (seconds <= 5400) return `, ${Math.round(seconds / 60)} min left`;
  return `, ${(seconds / 3600).toFixed(1)} h left`;
}
