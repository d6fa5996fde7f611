// Costs as the processor counts them: what else runs on the machine is not in them.

/** Milliseconds of this thread alone, in ticks of up to 4. */
export function processorMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
