/** Which mechanisms to try, in which order. A new mechanism is one more entry in the list. */
import { login } from './login.ts';
import type { MechanismKind } from './mechanism.ts';
import { plain } from './plain.ts';

/** Strongest first. */
export const MECHANISMS: readonly MechanismKind[] = [plain, login];

/** Those of ours that the server offers, best first. Names are compared without regard to case. */
export function chooseMechanisms(
  offered: readonly string[],
  ours: readonly MechanismKind[] = MECHANISMS,
): readonly MechanismKind[] {
  const names = new Set(offered.map((name) => name.toUpperCase()));
  return ours.filter((kind) => names.has(kind.name));
}
