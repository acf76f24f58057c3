/** Octets carried by all tunnels since the start: two numbers that the hot path adds to, read when somebody asks. */
export interface Traffic {
  octetsToPage: number;
  octetsToServer: number;
}

export function createTraffic(): Traffic {
  return { octetsToPage: 0, octetsToServer: 0 };
}
