/** Waits until everything that promises alone keep going has come to rest. No clock: one turn of the event loop. */
export async function settled(): Promise<void> {
  // A macrotask begins only when no microtask is left; what it starts has its own microtasks, hence twice.
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        resolve();
      };
      channel.port2.postMessage(null);
    });
  }
}
