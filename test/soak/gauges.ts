/** What can be read off the proxy's process from outside: its own figures, and the kernel's count of its descriptors. */
import { readdirSync } from 'node:fs';
import http from 'node:http';
import type { ProxyProcess, ProxyState } from '../support/proxy-process.ts';

export interface Sample extends ProxyState {
  atMs: number;
}

/** Descriptors that the kernel counts for the process. */
export function descriptorsOf({ pid }: ProxyProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The figures by name, labels and all: `poplar_tunnels`, `poplar_dials_total{result="connected"}`. */
export async function readFigures({ metricsPort }: ProxyProcess): Promise<Map<string, number>> {
  const text = await new Promise<string>((resolve, reject) => {
    const asking = http.get(
      { host: '127.0.0.1', port: metricsPort, path: '/metrics', agent: false },
      (response) => {
        let said = '';
        response.setEncoding('utf8').on('data', (part: string) => (said += part));
        response.on('end', () => resolve(said));
      },
    );
    asking.on('error', reject);
  });
  const figures = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([^#\s]\S*) (\S+)$/.exec(line) ?? [];
    if (name !== undefined) figures.set(name, Number(value));
  }
  return figures;
}
