import { describe, expect, it } from 'vitest';
import { fileNameOf } from '../../../web/ui/common/save-file.ts';
import { documentTitle } from '../../../web/ui/document-title.ts';
import { flagWords } from '../../../web/ui/flag-words.ts';
import { blockedSentence } from '../../../web/ui/reader/blocked-words.ts';
import { defectSentence, showsSource } from '../../../web/ui/reader/defect-words.ts';
import { decodeSource } from '../../../web/ui/reader/source-text.ts';
import { deletedWords, movedWords } from '../../../web/ui/trash-words.ts';

describe('fileNameOf', () => {
  it.each([
    ['a subject', 'Lunch?', 'Lunch.eml'],
    ['a path', '../../etc/passwd', 'etc passwd.eml'],
    ['a path of another system', 'C:\\boot.ini', 'C boot.ini.eml'],
    ['nothing', '', 'message.eml'],
    ['only signs', '///', 'message.eml'],
    ['a hidden file', '.bashrc', 'bashrc.eml'],
    ['a turned direction', 'gpj.\u202eexe', 'gpj.exe.eml'],
    ['line ends', 'a\r\nb', 'ab.eml'],
    ['Arabic', 'صور من الرحلة', 'صور من الرحلة.eml'],
  ])('%s', (_name, subject, expected) => {
    expect(fileNameOf(subject, 'eml')).toBe(expected);
  });

  it('is never longer than a file system takes', () => {
    expect(fileNameOf('x'.repeat(4_000), 'eml').length).toBeLessThanOrEqual(84);
  });
});

describe('defects', () => {
  it('says the worst of several', () => {
    expect(defectSentence(['no-date', 'parse-failed'])).toContain('could not be read');
  });

  it('says that a message has no end', () => {
    expect(defectSentence(['no-date', 'unterminated'])).toContain('never said where this message ends');
  });

  it('says nothing of a sound message', () => {
    expect(defectSentence([])).toBe('');
  });

  it('shows the source only where there is nothing better', () => {
    expect(showsSource(['no-date', 'truncated-structure'])).toBe(false);
    expect(showsSource(['parse-timeout'])).toBe(true);
  });
});

describe('decodeSource', () => {
  const octets = (...values: number[]) => new Uint8Array(values);
  it.each([
    ['UTF-8', octets(0xc3, 0xa9, 0x0d, 0x0a, 0x41), 'é\nA'],
    ['eight bits that are no UTF-8', octets(0x41, 0xe9, 0x42), 'AéB'],
    ['a character cut at the end', octets(0x41, 0xc3), 'A'],
    ['control characters', octets(0x00, 0x1b, 0x7f, 0x09), '␀␛␡\t'],
    ['a lone CR', octets(0x41, 0x0d, 0x42), 'A␍B'],
    ['a byte order mark', octets(0xef, 0xbb, 0xbf, 0x41), '\ufeffA'],
    ['nothing', octets(), ''],
  ])('%s', (_name, source, expected) => {
    expect(decodeSource(source)).toBe(expected);
  });
});

describe('words', () => {
  it.each([
    [{ seen: false }, 1, 'Marked as unread'],
    [{ seen: true }, 3, '3 messages marked as read'],
    [{ starred: true }, 1, 'Starred'],
    [{ starred: false }, 2, '2 messages no longer starred'],
  ])('%o', (patch, count, expected) => {
    expect(flagWords(patch, count)).toBe(expected);
  });

  it('say what was moved, and what was deleted for good', () => {
    expect([movedWords('trash', 1), movedWords('inbox', 2)]).toEqual([
      'Moved to Trash',
      '2 messages moved to Inbox',
    ]);
    expect([deletedWords(1), deletedWords(1200)]).toEqual([
      'Deleted for good',
      '1,200 messages deleted for good',
    ]);
  });

  it.each([
    ['mail', 0, null, 'Inbox · Poplar'],
    ['mail', 3, { subject: 'Lunch?' }, '(3) Lunch? · Poplar'],
    ['mail', 0, { subject: '' }, '(no subject) · Poplar'],
    ['settings', 12, null, '(12) Settings · Poplar'],
    ['mail', 0, null, 'Trash · Poplar', 'trash'],
  ] as const)('titles %s with %i unread', (view, unread, message, expected, folder?: 'trash') => {
    expect(documentTitle(view, unread, message, folder)).toBe(expected);
  });
});

describe('blockedSentence', () => {
  it.each([
    [0, 0, 0, ''],
    [12, 1, 0, '12 images are blocked, 1 tracker'],
    [1, 0, 0, '1 image is blocked'],
    [0, 2, 0, '2 trackers are blocked'],
    [0, 0, 3, '3 other files are blocked'],
    [1, 1, 1, '1 image is blocked, 1 tracker, 1 other file'],
  ])('%i images, %i trackers, %i others', (images, trackers, other, expected) => {
    expect(blockedSentence({ images, trackers, other })).toBe(expected);
  });
});
