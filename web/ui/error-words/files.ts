/** Words for files that people hand in: move files, and what other programs have written. */
import type { ErrorCode } from '../../errors.ts';
import { formatOctets } from '../units.ts';
import { sentences, type ErrorWriter, type Facts } from './facts.ts';

const nameOf = (facts: Facts): string =>
  facts.text('what') === 'popstate.dat' ? 'popstate.dat' : 'move file';

export const fileWords = {
  'file-unknown': (facts) => ({
    title:
      facts.text('what') === 'popstate.dat' ? 'This is no popstate.dat' : 'This is no move file of Poplar',
    advice:
      facts.text('what') === 'popstate.dat'
        ? 'Thunderbird keeps that file in its profile folder, under Mail and the name of the server. Nothing was changed.'
        : 'A move file is saved in the settings of Poplar on the other device. Nothing was changed.',
  }),
  'file-newer': () => ({
    title: 'This file was saved by a newer Poplar',
    advice: 'Reload this page so that it is updated, then open the file again. Nothing was changed.',
  }),
  'file-sealed': () => ({
    title: 'The passphrase does not open this file',
    advice:
      'It is another passphrase, or the file was damaged on its way: nobody can tell which. Capital letters and spaces count. Nothing was changed.',
  }),
  'file-damaged': (facts) => ({
    title:
      facts.number('line') === null
        ? `This ${nameOf(facts)} is damaged`
        : `This ${nameOf(facts)} can’t be read from line ${facts.number('line')} on`,
    advice: 'Copy the file from the other place once more, then open it again. Nothing was changed.',
  }),
  'file-too-large': (facts) => {
    const limit = facts.number('limitOctets');
    return {
      title: 'This file is too large',
      advice: `${limit === null || limit <= 0 ? 'It' : `Poplar reads up to ${formatOctets(limit)} here, and it`} is probably another file. Nothing was changed.`,
    };
  },
  'file-not-written': (facts) => ({
    title: 'The file could not be written',
    advice: sentences(
      'The disk may be full, or the browser may not write there. What was written of it is of no use; choose another place.',
      facts.reported,
    ),
  }),
  'encryption-absent': () => ({
    title: 'This browser does not encrypt on this page',
    advice:
      'Browsers do so only where the page comes over https: or from this very machine. Open Poplar at such an address.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;
