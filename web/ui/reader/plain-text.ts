/**
 * Takes plain mail text apart for reading: what the sender wrote, what is quoted (`>`), and the signature. Nothing is
 * left out; quotes that would stand in the way are folded. Pure; knows no markup.
 */

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'signature'; text: string }
  | { kind: 'quote'; text: string; lines: number; folded: boolean };

/** A quote of so many lines or fewer that is answered below it stays open: the answer would be hard to read alone. */
const SHORT_QUOTE = 6;

export function textBlocks(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  for (const run of runsOf(lines)) {
    if (run.kind === 'quote') {
      const quoted = run.lines.map(withoutMark).join('\n');
      blocks.push({
        kind: 'quote',
        text: quoted,
        lines: run.lines.length,
        folded: run.lines.length > SHORT_QUOTE,
      });
    } else {
      const body = trimBlankLines(run.lines).join('\n');
      if (body !== '') blocks.push({ kind: run.kind, text: body });
    }
  }
  foldTrailing(blocks);
  return blocks;
}

interface Run {
  kind: Block['kind'];
  lines: string[];
}

function runsOf(lines: readonly string[]): Run[] {
  const runs: Run[] = [];
  let inSignature = false;
  for (const line of lines) {
    const quote = /^>(?!From )/.test(line);
    // `-- ` alone on a line begins the signature; many programs lose the space. RFC 3676 §4.3
    if (!quote && /^-- ?$/.test(line)) inSignature = true;
    const kind = quote ? 'quote' : inSignature ? 'signature' : 'text';
    const last = runs.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs;
}

/** One mark less; deeper ones stay and are seen as they were typed. RFC 3676 §4.5 */
function withoutMark(line: string): string {
  return line.replace(/^> ?/, '');
}

function trimBlankLines(lines: readonly string[]): readonly string[] {
  const blank = (line: string | undefined) => line !== undefined && line.trim() === '';
  let start = 0;
  let end = lines.length;
  while (start < end && blank(lines[start])) start += 1;
  while (end > start && blank(lines[end - 1])) end -= 1;
  return lines.slice(start, end);
}

/** What is quoted below everything that was written is only the past. A message that is nothing but a quote stays open. */
function foldTrailing(blocks: Block[]): void {
  if (!blocks.some((block) => block.kind === 'text')) {
    for (const block of blocks) if (block.kind === 'quote') block.folded = false;
    return;
  }
  for (const block of blocks.toReversed()) {
    if (block.kind === 'text') return;
    if (block.kind === 'quote') block.folded = true;
  }
}
