import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { safeFileName } from '../../../web/message/file-name.ts';

const cases: { name: string; input: string | null; type?: string; safe: string }[] = [
  { name: 'an honest name', input: 'Rechnung März 2024.pdf', safe: 'Rechnung März 2024.pdf' },
  { name: 'brackets and commas', input: 'Invoice (1), final.pdf', safe: 'Invoice (1), final.pdf' },
  { name: 'a Unix path', input: '../../etc/passwd', safe: 'passwd' },
  { name: 'a Windows path', input: 'C:\\Users\\me\\a.txt', safe: 'a.txt' },
  { name: 'a drive', input: 'C:a.txt', safe: 'C_a.txt' },
  { name: 'an alternate data stream', input: 'a.txt::$DATA', safe: 'a.txt_$DATA' },
  { name: 'a hidden file', input: '.bashrc', safe: 'bashrc' },
  { name: 'dots alone', input: '..', type: 'application/pdf', safe: 'attachment-1.pdf' },
  { name: 'trailing dots and spaces', input: 'a.exe. . ', safe: 'a.exe' },
  { name: 'a turned-round extension', input: 'invoice\u202Efdp.exe', safe: 'invoicefdp.exe' },
  { name: 'isolates and zero-width characters', input: 'a\u2066b\u200B\uFEFF.pdf', safe: 'ab.pdf' },
  { name: 'NUL and line breaks', input: 'a.pdf\0.exe\r\n', safe: 'a.pdf.exe' },
  { name: 'wildcards and quotes', input: 'a"b*c?<d>|.txt', safe: 'a_b_c_d_.txt' },
  { name: 'a device name', input: 'CON', safe: '_CON' },
  { name: 'a device name with extension', input: 'lpt1.txt', safe: '_lpt1.txt' },
  { name: 'a name that starts like a device', input: 'console.log', safe: 'console.log' },
  { name: 'decomposed letters', input: 'Ma\u0308rz.pdf', safe: 'März.pdf' },
  { name: 'a very long name', input: `${'x'.repeat(300)}.pdf`, safe: `${'x'.repeat(116)}.pdf` },
  { name: 'a very long extension', input: `a.${'x'.repeat(300)}`, safe: `a.${'x'.repeat(118)}` },
  { name: 'long emoji', input: `${'👩‍💻'.repeat(60)}.png`, safe: `${'👩‍💻'.repeat(23)}.png` },
  { name: 'no name, a PDF', input: null, type: 'application/pdf', safe: 'attachment-1.pdf' },
  { name: 'no name, a photo', input: '', type: 'image/jpeg', safe: 'attachment-1.jpg' },
  { name: 'no name, a rare picture', input: null, type: 'image/x-tga', safe: 'attachment-1.tga' },
  { name: 'no name, an invitation', input: null, type: 'text/calendar', safe: 'invitation.ics' },
  { name: 'no name, some text', input: null, type: 'text/x-one', safe: 'attachment-1.txt' },
  { name: 'no name, anything', input: null, type: 'application/x-unheard-of', safe: 'attachment-1.bin' },
  { name: 'slashes alone', input: '///', type: 'application/pdf', safe: 'attachment-1.pdf' },
];

describe('safeFileName', () => {
  test.each(cases)('makes $name safe', ({ input, type = 'application/octet-stream', safe }) => {
    expect(safeFileName(input, type, 1)).toBe(safe);
  });

  it('is never empty, never a path, never long, never invisible, and stable', () => {
    const nasty = fc.constantFrom('/', '\\', '.', ' ', '\0', '\u202E', ':', 'a', 'CON', '\uD800', '👩‍💻', '\n');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(nasty).map((p) => p.join('')),
        ),
        (name) => {
          const safe = safeFileName(name, 'application/pdf', 7);
          expect(safe).toMatch(/^[^/\\\p{Cc}\u202A-\u202E\u2066-\u2069]{1,120}$/u);
          expect(safe).not.toMatch(/^\.|^\s|[\s.]$/);
          expect(safeFileName(safe, 'application/pdf', 7)).toBe(safe);
        },
      ),
    );
  });
});
