/** Whether the log of a long trouble is one that can be read: each kind of line is there, and none fills it. Pure. */

/** Of report/throttled-log.ts; `done` alone is written each time. */
const LINES_A_MINUTE = 5;

interface Line {
  level: string;
  msg: string;
  outcome?: string;
  reason?: string;
}

/** `figures` are the proxy's metrics: an outcome that is counted has to be in the log. */
export function logBreaches(
  log: readonly string[],
  elapsedMs: number,
  figures: ReadonlyMap<string, number>,
): string[] {
  // Minutes begin when the proxy does, so that one more may be touched; each has the lines and their summary.
  const most = (Math.ceil(elapsedMs / 60_000) + 1) * (LINES_A_MINUTE + 1);
  const kinds = kindsOf(log);
  const outcomes = [...figures.keys()].flatMap(
    (name) => /^poplar_tunnels_over_total\{outcome="(.*)"\}$/.exec(name)?.[1] ?? [],
  );
  return [
    ...[...kinds]
      .filter(([kind, count]) => kind !== DONE && count > most)
      .map(([kind, count]) => `${count} × ${kind}`),
    ...outcomes
      .filter((outcome) => !kinds.has(kindOf('info', 'tunnel over', outcome)))
      .map((outcome) => `no line on ${outcome}`),
    ...log.filter((line) => line.includes('fault of the proxy')),
  ];
}

export function logSummary(log: readonly string[]): string {
  const kinds = kindsOf(log);
  const done = kinds.get(DONE) ?? 0;
  kinds.delete(DONE);
  const most = Math.max(0, ...kinds.values());
  return `${done} lines on tunnels in order, ${log.length - done} on ${kinds.size} other kinds, ${most} of one at most`;
}

function kindOf(level: string, event: string, reason: string): string {
  return [level, event, reason].join(' ').trim();
}

const DONE = kindOf('info', 'tunnel over', 'done');

function kindsOf(log: readonly string[]): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const text of log) {
    const { level, msg, outcome, reason } = JSON.parse(text) as Line;
    const kind = kindOf(level, msg, outcome ?? reason ?? '');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}
