/** Reads mboxrd files as another program would: by the lines, knowing nothing of how they were written. */

/** The messages of a file, byte for byte, with the lines before them. Throws RangeError for what is no mbox. */
export function readMbox(file: Uint8Array): { from: string; raw: Buffer }[] {
  const messages: { from: string; lines: string[] }[] = [];
  // One char an octet; a line keeps its line end.
  for (const line of Buffer.from(file)
    .toString('latin1')
    .match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (line.startsWith('From ')) {
      messages.push({ from: line.trimEnd(), lines: [] });
      continue;
    }
    const last = messages.at(-1);
    if (last === undefined) throw new RangeError('text before the first message');
    last.lines.push(/^>+From /.test(line) ? line.slice(1) : line);
  }
  return messages.map(({ from, lines }) => {
    if (lines.pop() !== '\n') throw new RangeError('no empty line behind a message');
    return { from, raw: Buffer.from(lines.join(''), 'latin1') };
  });
}
