import { describe, expect, it } from 'vitest';
import type { SyncProgress } from '../../../web/model/event.ts';
import { accountId, messageNumber, uidl } from '../../../web/model/ids.ts';
import { ProgressMeter } from '../../../web/sync/progress.ts';

function meter() {
  const reports: SyncProgress[] = [];
  const time = { now: 1_000 };
  const meter = new ProgressMeter(
    accountId('a'),
    () => time.now,
    (progress) => reports.push(progress),
  );
  return { reports, time, meter };
}
const listed = (...octets: number[]) =>
  octets.map((octets, index) => ({ number: messageNumber(index + 1), uidl: uidl(`u${index}`), octets }));

describe('ProgressMeter', () => {
  it('tells every change of phase at once', () => {
    const { reports, meter: progress } = meter();
    progress.enter('connecting');
    progress.enter('login');
    progress.enter('listing');
    expect(reports.map(({ phase }) => phase)).toEqual(['connecting', 'login', 'listing']);
    expect(reports[0]).toMatchObject({ account: 'a', startedAt: 1_000 });
  });

  it('tells figures at most every 100 ms', () => {
    const { reports, time, meter: progress } = meter();
    progress.expect(listed(...Array.from({ length: 1_000 }, () => 10)));
    progress.enter('fetching');
    for (let number = 0; number < 1_000; number += 1) {
      time.now += 1;
      progress.done();
    }
    expect(reports.map(({ messagesDone }) => messagesDone)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
  });

  it('tells how far a large message has come', () => {
    const { reports, time, meter: progress } = meter();
    progress.expect(listed(100, 1_000));
    progress.enter('fetching');
    progress.done();
    for (const octets of [200, 300]) {
      time.now += 100;
      progress.arriving(octets);
    }
    expect(reports.map(({ octetsDone }) => octetsDone)).toEqual([0, 300, 600]);
  });

  it.each([
    { name: 'larger', announced: 50, octetsDone: 50 },
    { name: 'smaller', announced: 5_000, octetsDone: 1_000 },
    { name: 'not announced at all', announced: 0, octetsDone: 0 },
  ])('never passes what was announced for a message that is $name', ({ announced, octetsDone }) => {
    const { reports, time, meter: progress } = meter();
    progress.expect(listed(announced));
    time.now += 100;
    progress.arriving(1_000);
    expect(reports.at(-1)).toMatchObject({ octetsDone, octetsTotal: announced });
    progress.done();
    progress.enter('closing');
    expect(reports.at(-1)).toMatchObject({ octetsDone: announced, messagesDone: 1, messagesTotal: 1 });
  });

  it('hands out figures that do not change behind', () => {
    const { reports, meter: progress } = meter();
    progress.expect(listed(1));
    progress.enter('fetching');
    progress.done();
    expect(reports[0]?.messagesDone).toBe(0);
  });
});
