/** Which icon stands for a file. Pure. */
import type { AttachmentInfo } from '../../model/message.ts';
import type { IconName } from '../common/icons.ts';

export function attachmentIcon({ mimeType }: AttachmentInfo): IconName {
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType === 'message/rfc822') return 'mail';
  if (mimeType.startsWith('text/') || mimeType === 'application/pdf') return 'file-text';
  return 'file';
}
