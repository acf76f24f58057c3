/**
 * A soft tune as a WAV file (PCM, 16 bits, two channels, 44,100 frames a second): about half a minute of plucked notes.
 * Pure and deterministic. Knows no mail.
 */
import { once } from './once.ts';

const FRAMES_PER_SECOND = 44_100;
const BEAT_SECONDS = 0.6;
const TAIL_SECONDS = 3;
const HEADER_OCTETS = 44;

/** Semitones above A at 220 Hz, the beat at which the note begins, and where it stands from left (0) to right (1). */
type Note = readonly [semitones: number, beat: number, place: number];

/** Four chords, one a bar, each as a broken chord below a small melody. */
const CHORDS = [
  [0, 7, 12, 16],
  [-4, 3, 8, 12],
  [3, 10, 15, 19],
  [-2, 5, 10, 14],
] as const;
const MELODY: readonly Note[] = [
  [19, 0, 0.6],
  [21, 1.5, 0.6],
  [24, 2, 0.6],
  [20, 4, 0.6],
  [19, 5.5, 0.6],
  [15, 6, 0.6],
  [22, 8, 0.6],
  [24, 9.5, 0.6],
  [27, 10, 0.6],
  [26, 12, 0.6],
  [22, 13.5, 0.6],
  [21, 14, 0.6],
];
const REPEATS = 2.75;

/** The tune, a little over 5 MB. */
export const tuneWav = once((): Uint8Array => {
  const beats = 16 * REPEATS;
  const frames = Math.round((beats * BEAT_SECONDS + TAIL_SECONDS) * FRAMES_PER_SECOND);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (const note of notes(beats)) pluck(left, right, note);
  return wavFile(left, right);
});

function notes(beats: number): Note[] {
  const all: Note[] = [];
  for (let beat = 0; beat < beats; beat += 1) {
    const chord = CHORDS[Math.floor(beat / 4) % CHORDS.length] ?? CHORDS[0];
    all.push([chord[beat % 4] ?? 0, beat, 0.25 + 0.12 * (beat % 4)]);
  }
  for (let start = 0; start < beats; start += 16) {
    for (const [semitones, beat, place] of MELODY)
      if (start + beat < beats) all.push([semitones, start + beat, place]);
  }
  return [...all, [0, beats, 0.3], [16, beats, 0.5], [24, beats, 0.7]];
}

/** Adds one note: two partials that die away, made by turning a pointer (no sine per frame). */
function pluck(left: Float32Array, right: Float32Array, [semitones, beat, place]: Note): void {
  const start = Math.round(beat * BEAT_SECONDS * FRAMES_PER_SECOND);
  const end = Math.min(left.length, start + 2.4 * FRAMES_PER_SECOND);
  for (const [partial, loudness, seconds] of [
    [1, 0.4, 0.75],
    [2, 0.12, 0.35],
  ] as const) {
    const step = (2 * Math.PI * 220 * partial * 2 ** (semitones / 12)) / FRAMES_PER_SECOND;
    const [turnX, turnY] = [Math.cos(step), Math.sin(step)];
    const fade = Math.exp(-1 / (seconds * FRAMES_PER_SECOND));
    let [x, y, level] = [1, 0, loudness];
    for (let frame = start; frame < end; frame += 1) {
      const attack = Math.min(1, (frame - start) / 300);
      left[frame] = (left[frame] ?? 0) + y * level * attack * (1 - place);
      right[frame] = (right[frame] ?? 0) + y * level * attack * place;
      const turned = x * turnX - y * turnY;
      y = x * turnY + y * turnX;
      x = turned;
      level *= fade;
    }
  }
}

function wavFile(left: Float32Array, right: Float32Array): Uint8Array {
  const dataOctets = left.length * 4;
  const file = Buffer.alloc(HEADER_OCTETS + dataOctets);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_OCTETS - 8 + dataOctets, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(FRAMES_PER_SECOND, 24);
  file.writeUInt32LE(FRAMES_PER_SECOND * 4, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataOctets, 40);
  // The header's 44 octets keep the samples on even places; every machine that runs Node here is little-endian.
  const samples = new Int16Array(file.buffer, file.byteOffset + HEADER_OCTETS, left.length * 2);
  for (let frame = 0; frame < left.length; frame += 1) {
    samples[frame * 2] = sample(left[frame] ?? 0);
    samples[frame * 2 + 1] = sample(right[frame] ?? 0);
  }
  return file;
}

function sample(value: number): number {
  return Math.round(Math.max(-1, Math.min(1, value)) * 32_000);
}
