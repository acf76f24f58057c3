/** Copying text. Browsers offer it over https: and on localhost only. */

export const canCopy = (): boolean => 'clipboard' in navigator;

/** False when the browser does not let it happen. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
