// The rows of the lab by their way to the application: proxies against fixes, and retries.

import { number } from '../../text/count.ts';
import type { Delivery } from '../lab/delivery.ts';
import { gatewayTitle, retriesTitle } from '../lab/gateways/ways.ts';
import type { LabRow, RowResult } from '../lab/result.ts';
import { outcomes } from '../load/sample.ts';
import { outcomeLabels, whatIsSet } from './labels.ts';

/** Proxies down, fixes across. */
export interface WayTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly title: string; readonly cells: readonly (RowResult | undefined)[] }[];
}

/** Whether a row belongs into the table of proxies: rows without one are there to compare, and rows with retries have a table of their own. */
export function isPlain({ retries, gatewayRetries }: LabRow): boolean {
  return retries === undefined && gatewayRetries === undefined;
}

/** Rows of proxies, with those without a proxy beside them; `rolls`: what rolls. Undefined where no proxy was measured. */
export function byWay(rows: readonly RowResult[], rolls?: 'gateway'): WayTable | undefined {
  const own = rows.filter((row) => isPlain(row) && row.rolls === rolls);
  if (own.every(({ through }) => through === undefined)) return undefined;
  const columns = [...Map.groupBy(own, whatIsSet).keys()];
  const groups = Map.groupBy(own, (row) => titleOf(row, own));
  return {
    columns,
    rows: [...groups].map(([title, group]) => {
      return { title, cells: columns.map((column) => group.find((row) => whatIsSet(row) === column)) };
    }),
  };
}

function titleOf(row: RowResult, rows: readonly RowResult[]): string {
  const differ = rows.some(({ replicas }) => replicas !== row.replicas);
  return `${gatewayTitle(row)}${differ ? `, application ×${row.replicas}` : ''}`;
}

/** Rows with a number of retries. */
export function withRetries(rows: readonly RowResult[]): readonly RowResult[] {
  return rows.filter((row) => !isPlain(row));
}

/** `clients with 1 retry`. */
export function whoRetries({ retries, gatewayRetries, through }: LabRow): string {
  const clients = retries === undefined ? [] : [`clients ${retriesTitle(retries)}`];
  const proxy = gatewayRetries === undefined ? [] : [`proxy ${retriesTitle(gatewayRetries)}`];
  const usual = gatewayRetries === undefined && through !== undefined ? ['proxy as by default'] : [];
  return [...clients, ...proxy, ...usual].join(', ');
}

/** Over all rollouts of a row; undefined where its requests carried no ids. */
export function deliveryIn({ rollouts }: RowResult): Delivery | undefined {
  const all = rollouts.flatMap(({ delivery }) => (delivery === undefined ? [] : [delivery]));
  const [first] = all;
  if (first === undefined) return undefined;
  const sum = (of: (one: Delivery) => number) => all.reduce((total, one) => total + of(one), 0);
  const behind = all.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway]));
  const tries = behind.map((one) => one.tries);
  const counted = tries.length > 0 && tries.every((count) => count !== undefined);
  return {
    asked: sum(({ asked }) => asked),
    sent: sum(({ sent }) => sent),
    hidden: sum(({ hidden }) => hidden),
    arrived: sum(({ arrived }) => arrived),
    repeated: sum(({ repeated }) => repeated),
    saw: added(all.map(({ saw }) => saw)),
    ...(behind.length > 0 && {
      gateway: {
        logged: behind.reduce((total, { logged }) => total + logged, 0),
        ...(counted && {
          tries: behind.reduce((total, one) => total + (one.tries ?? 0), 0),
          hidden: behind.reduce((total, one) => total + (one.hidden ?? 0), 0),
        }),
        why: added(behind.map(({ why }) => why)),
      },
    }),
  };
}

/** Each name with the sum of its counts. */
export function added(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const counts of all) for (const [name, n] of Object.entries(counts)) total[name] = (total[name] ?? 0) + n;
  return total;
}

/** `502: 45, no answer in time: 2`, the most frequent first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const most = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return most.map(([name, n]) => `${sightLabel(name)}: ${number(n)}`).join(', ');
}

/** Of what a client saw: a status, or an outcome in words. */
function sightLabel(name: string): string {
  const outcome = outcomes.find((one) => one === name);
  return outcome === undefined ? name : outcomeLabels[outcome];
}
