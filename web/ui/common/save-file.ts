/** Hands bytes to the browser as a download. */

/** `filename` must be safe for a file system already. Never opened in place: the type is that of unknown bytes. */
export function saveFile(bytes: Uint8Array<ArrayBuffer>, filename: string): void {
  saveBlob(new Blob([bytes], { type: 'application/octet-stream' }), filename);
}

/** The same for what the browser keeps already. */
export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // The download holds the bytes by itself once it has begun; it begins after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name from a message's subject. */
export function fileNameOf(subject: string, extension: string): string {
  const name = subject
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, '')
    .replace(/[\s/\\:*?"<>|]+/gu, ' ')
    .replace(/^[.\s]+/, '')
    .slice(0, 80)
    .trim();
  return `${name || 'message'}.${extension}`;
}
