import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../../proxy/report/metrics.ts';
import { LIMITS } from '../../../../proxy/report/words.ts';

/** The figures as `name{labels}` → value. */
async function figures(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

describe('Metrics', () => {
  it('counts tunnels, dials and refusals by their reasons', async () => {
    const metrics = new Metrics('1.2.3');
    metrics.tunnelBegun();
    metrics.dialled('connected', 30);
    metrics.dialled('port-refused', 0);
    metrics.tunnelOver('done', 2000);
    metrics.refused('origin');
    metrics.refused('origin');
    const found = await figures(metrics);
    expect(Object.fromEntries(found)).toMatchObject({
      'poplar_build_info{version="1.2.3"}': 1,
      poplar_tunnels_begun_total: 1,
      'poplar_tunnels_over_total{outcome="done"}': 1,
      'poplar_dials_total{result="connected"}': 1,
      'poplar_dials_total{result="port-refused"}': 1,
      'poplar_refused_total{reason="origin"}': 2,
      poplar_dial_seconds_count: 1,
      'poplar_tunnel_seconds_bucket{le="5"}': 1,
      'poplar_tunnel_seconds_bucket{le="1"}': 0,
    });
  });

  it('counts a limit that was met, whether it turned away or ended a tunnel', async () => {
    const metrics = new Metrics('');
    metrics.refused('too-fast');
    metrics.refused('origin');
    metrics.tunnelOver('idle-timeout', 10);
    metrics.tunnelOver('done', 10);
    const found = [...(await figures(metrics))].filter(([name]) =>
      name.startsWith('poplar_limits_hit_total'),
    );
    expect(found.filter(([, value]) => value > 0)).toEqual([
      ['poplar_limits_hit_total{limit="too-fast"}', 1],
      ['poplar_limits_hit_total{limit="idle-timeout"}', 1],
    ]);
    expect(found).toHaveLength(LIMITS.length);
  });

  it('tells the stages of dialling apart', async () => {
    const metrics = new Metrics('');
    metrics.dialStage('name', 400);
    metrics.dialStage('tls', 30);
    expect(Object.fromEntries(await figures(metrics))).toMatchObject({
      'poplar_dial_stage_seconds_sum{stage="name"}': 0.4,
      'poplar_dial_stage_seconds_bucket{le="0.05",stage="tls"}': 1,
    });
  });

  it('tells the octets that were added, each time anew', async () => {
    const metrics = new Metrics('');
    metrics.traffic.octetsToPage += 100;
    expect((await figures(metrics)).get('poplar_octets_total{direction="to-page"}')).toBe(100);
    metrics.traffic.octetsToPage += 1;
    const found = await figures(metrics);
    expect(found.get('poplar_octets_total{direction="to-page"}')).toBe(101);
    expect(found.get('poplar_octets_total{direction="to-server"}')).toBe(0);
  });

  it('looks up what stands when it is asked', async () => {
    const metrics = new Metrics('');
    let isOpen = true;
    metrics.watch({ tunnels: () => 3, heldOctets: () => 7, isOpen: () => isOpen });
    expect((await figures(metrics)).get('poplar_draining')).toBe(0);
    isOpen = false;
    const found = await figures(metrics);
    expect([found.get('poplar_tunnels'), found.get('poplar_held_octets')]).toEqual([3, 7]);
    expect(found.get('poplar_draining')).toBe(1);
  });

  it('tells of shared limits only where there are any', async () => {
    const metrics = new Metrics('');
    expect((await figures(metrics)).has('poplar_redis_up')).toBe(false);
    metrics.setSharedLimits(true);
    metrics.setSharedLimits(false);
    expect((await figures(metrics)).get('poplar_redis_up')).toBe(0);
  });

  it('keeps the figures of two proxies in one process apart', async () => {
    const [one, other] = [new Metrics('a'), new Metrics('b')];
    one.tunnelBegun();
    expect((await figures(other)).get('poplar_tunnels_begun_total')).toBe(0);
  });
});
