/**
 * Writes one-page PDF files (PDF 1.4, A4): text in the two built-in Helveticas, lines, filled shapes. Pure.
 * Knows nothing of what stands on the page. Measures are points from the lower left corner.
 */

export const PAGE = { width: 595, height: 842 } as const;

export interface TextStyle {
  size?: number;
  bold?: boolean;
  /** Grey or colour, 0 to 1 each. */
  colour?: readonly [number, number, number];
}

/** Gathers what is drawn and puts the file together. Characters must be in windows-1252. */
export class PdfPage {
  readonly #operators: string[] = [];

  text(x: number, y: number, words: string, style: TextStyle = {}): this {
    const { size = 10, bold = false, colour = [0.13, 0.15, 0.18] } = style;
    const font = bold ? '/F2' : '/F1';
    this.#operators.push(
      `BT ${colour.join(' ')} rg ${font} ${size} Tf ${x} ${y} Td (${escaped(words)}) Tj ET`,
    );
    return this;
  }

  /** Text that ends at x. Digits and the point are all as wide in Helvetica as this assumes; letters nearly. */
  textRight(x: number, y: number, words: string, style: TextStyle = {}): this {
    const size = style.size ?? 10;
    const width =
      Array.from(words).reduce((sum, char) => sum + (/[., ]/.test(char) ? 0.278 : 0.556), 0) * size;
    return this.text(round(x - width), y, words, style);
  }

  line(x1: number, y1: number, x2: number, y2: number, width = 0.6): this {
    this.#operators.push(`0.75 0.78 0.76 RG ${width} w ${x1} ${y1} m ${x2} ${y2} l S`);
    return this;
  }

  /** A closed path in PDF's own operators (`m`, `l`, `c`), filled. */
  fill(path: string, colour: readonly [number, number, number]): this {
    this.#operators.push(`${colour.join(' ')} rg ${path} h f`);
    return this;
  }

  toPdf(title: string): Uint8Array {
    const content = this.#operators.join('\n');
    return assemble([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents 4 0 R` +
        ' /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>',
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      font('Helvetica'),
      font('Helvetica-Bold'),
      `<< /Title (${escaped(title)}) /Producer (Poplar demo) >>`,
    ]);
  }
}

function font(name: string): string {
  return `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
}

/** Objects, the table of their offsets (each entry exactly 20 octets) and the trailer. One character is one octet. */
function assemble(objects: readonly string[]): Uint8Array {
  let file = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\n`;
  file += `startxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** Where windows-1252 has its own places, as the octets that PDF wants. */
const WINDOWS_1252: Readonly<Record<string, string>> = {
  '€': '\\200',
  '–': '\\226',
  '’': '\\222',
  '•': '\\225',
};

function escaped(words: string): string {
  return words.replaceAll(/[\\()]/g, '\\$&').replaceAll(/[€–’•]/g, (char) => WINDOWS_1252[char] ?? '?');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
