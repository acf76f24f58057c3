/** The page knows whether there is a network, as the browser says. */
import { describe, expect, it } from 'vitest';
import { ConnectionState } from '../../../web/state/connection.svelte.ts';

class FakeWindow extends EventTarget {
  navigator = { onLine: true };

  turn(onLine: boolean): void {
    this.navigator.onLine = onLine;
    this.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
  }
}

describe('the connection', () => {
  it('starts as the browser says', () => {
    const source = new FakeWindow();
    source.navigator.onLine = false;
    expect(new ConnectionState(source).online).toBe(false);
  });

  it('follows the browser until it is stopped', () => {
    const source = new FakeWindow();
    const connection = new ConnectionState(source);
    const stop = connection.start();
    source.turn(false);
    expect(connection.online).toBe(false);
    source.turn(true);
    expect(connection.online).toBe(true);
    stop();
    source.turn(false);
    expect(connection.online).toBe(true);
  });

  it('notices what changed before it was started', () => {
    const source = new FakeWindow();
    const connection = new ConnectionState(source);
    source.turn(false);
    connection.start();
    expect(connection.online).toBe(false);
  });
});
