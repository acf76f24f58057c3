import { expect, it } from 'vitest';
import { Transcript } from '../../../web/wire/transcript.ts';

it('keeps lines in the order they came', () => {
  const transcript = new Transcript(3);
  transcript.add('C: CAPA');
  transcript.add('S: +OK');
  expect(transcript.lines()).toEqual(['C: CAPA', 'S: +OK']);
});

it('forgets the oldest beyond its capacity', () => {
  const transcript = new Transcript(3);
  for (let line = 1; line <= 100; line++) {
    transcript.add(`line ${line}`);
    expect(transcript.lines().length).toBe(Math.min(line, 3));
  }
  expect(transcript.lines()).toEqual(['line 98', 'line 99', 'line 100']);
});
