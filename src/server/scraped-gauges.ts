// Gauges whose values are read at every scrape.

import { Gauge, type Registry } from 'prom-client';

interface Row {
  readonly name: string;
  readonly help: string;
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

/** A sample for each kind that is read. */
export function scrapedGaugeByKind(row: Row, registers: Registry[]): Follow<Readonly<Record<string, number>>> {
  let read = (): Readonly<Record<string, number>> => ({});
  new Gauge({
    name: row.name,
    help: row.help,
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, value] of Object.entries(read())) this.set({ kind }, value);
    },
  });
  return (now) => {
    read = now;
  };
}
