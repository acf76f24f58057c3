/**
 * The second worker: full MIME parses, away from fetching and lists, so that a hostile message can only hang this one
 * and is ended with it. Stateless; the mail worker keeps what was parsed. Entry point: composition only.
 */
import { parseMessage } from '../message/parse.ts';
import { serveParses } from './serve-parses.ts';

serveParses(self, parseMessage);
