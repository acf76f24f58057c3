/**
 * Everybody who writes to Mira. All names are made up, all addresses lie in domains reserved for examples (RFC 2606).
 */

export interface Person {
  name: string;
  address: string;
  /** The zone they write from, `+hhmm`. */
  zone: string;
  /** Where bounces go, when it is not the address itself. */
  bounces?: string;
  /** Fails the checks of the receiving server. */
  suspect?: boolean;
}

const person = (name: string, address: string, zone = '+0100'): Person => ({ name, address, zone });

/** Whose mailbox this is. */
export const mira = person('Mira Poplar', 'demo@poplar.example');

// Family and friends
export const elira = person('Elira Poplar', 'elira@tirana.example');
export const nour = person('نور حداد', 'nour@cairo.example', '+0200');
export const eleni = person('Ελένη Μαρκάκη', 'eleni@naxos.example', '+0200');
export const aunt = person('Aunt Vesna', 'vesna@lighthouse.example');
export const mother = person('Ana Poplar', 'ana@lighthouse.example');
export const sofie = person('Sofie Lindqvist', 'sofie@choir.example');

// The allotments on Sparrow Lane
export const bernard = person('Bernard Okafor', 'bernard@sparrowlane.example');
export const ines = person('Inés Valdés', 'ines@seedbox.example');
export const whitcombe = person('A. Whitcombe', 'whitcombe@oldpost.example');
export const sparrowLane = person('Sparrow Lane Allotments', 'sparrow-lane@lists.garden.example');

// The Third Spoke, a bicycle repair co-operative
export const priya = person('Priya Raman', 'priya@thirdspoke.example');
export const tomasz = person('Tomasz Wilk', 'tomasz@thirdspoke.example');
export const jonas = person('Jonas Müller', 'jonas@thirdspoke.example');
export const thirdSpoke = person('Third Spoke workshop', 'workshop@thirdspoke.example');

// Home
export const aldgate = person('Cornelius Aldgate', 'c.aldgate@aldgate-lettings.example');
export const ruth = person('Ruth Aldgate', 'ruth@aldgate-lettings.example');
export const heating = person('Copperline Heating', 'jobs@copperline.example');

// Work: Fieldnote Maps
export const haruka = person('森 遥', 'haruka@fieldnote.example', '+0900');
export const ogawa = person('小川印刷', 'info@ogawa-printing.example', '+0900');
export const daniel = person('Daniel Achterberg', 'daniel@fieldnote.example');
export const marta = person('Marta Kowalczyk-Adeyemi', 'marta@fieldnote.example');
