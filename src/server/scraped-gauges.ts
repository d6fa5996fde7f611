// Gauges whose values are read at every scrape.

import { Gauge, type Registry } from 'prom-client';

interface Row {
  readonly name: string;
  readonly help: string;
}

interface LabelledRow<L extends string> extends Row {
  readonly labelNames: readonly [L];
}

type Follow<T> = (read: () => T) => void;

/** Undefined: no sample. `first`: until something else is followed. */
export function scrapedGauge(row: Row, registers: Registry[], first?: number): Follow<number | undefined> {
  let read = (): number | undefined => first;
  new Gauge({
    name: row.name,
    help: row.help,
    registers,
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
  return (now) => {
    read = now;
  };
}

/** A sample for each value of the label that is read. */
export function scrapedGaugeBy<L extends string>(
  row: LabelledRow<L>,
  registers: Registry[],
): Follow<Readonly<Record<string, number>>> {
  const [label] = row.labelNames;
  let read = (): Readonly<Record<string, number>> => ({});
  new Gauge({
    name: row.name,
    help: row.help,
    labelNames: [label],
    registers,
    collect() {
      this.reset();
      for (const [of, value] of Object.entries(read())) this.labels(of).set(value);
    },
  });
  return (now) => {
    read = now;
  };
}
