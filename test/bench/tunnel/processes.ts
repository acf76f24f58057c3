/** What a process and its children cost, out of /proc. Linux only. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** proc(5), /proc/PID/stat: the fields after the name, which may hold spaces and brackets itself. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A process and all that it has forked. */
export function familyOf(pid: number): number[] {
  const family = [pid];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) ifAlive(() => parents.set(Number(name), Number(statFields(Number(name))[1])));
  }
  // Grows while it is walked: grandchildren follow their parents.
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** Milliseconds of CPU that these processes have used so far, in user and kernel mode. */
export function cpuMs(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    ifAlive(() => {
      const fields = statFields(pid);
      ticks += Number(fields[11]) + Number(fields[12]);
    });
  }
  return (ticks / ticksPerSecond) * 1000;
}

/**
 * Kilobytes of memory. Of one process what is resident; of several each its own pages, and its share of those that a
 * fork has in common with the others, so that nothing is counted twice.
 */
export function memoryKb(pids: readonly number[]): number {
  const [file, label] = pids.length === 1 ? ['status', 'VmRSS'] : ['smaps_rollup', 'Pss'];
  let kilobytes = 0;
  for (const pid of pids) {
    ifAlive(() => {
      const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
      kilobytes += Number(new RegExp(`^${label}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    });
  }
  return kilobytes;
}

/** A process of a family may end between two looks at it. */
function ifAlive(look: () => void): void {
  try {
    look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
  }
}

/** A process of a family ends of itself when the first of it does, and may have. */
export function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
