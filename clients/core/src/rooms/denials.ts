// Rooms that the server gives nobody like this user. Whoever lists a type sees it by its status; whoever only watches
// one is told by the log alone, once of each type.
import type { Base, Failure } from '../base/base.js';

const DENIALS = ['forbidden', 'unauthorized', 'not_found'];
const CURE = 'Is it spelt right, and do the rules let this user read it? `coterie rules check` tells.';

export class Denials {
  private readonly told = new Set<string>();

  constructor(private readonly base: Pick<Base, 'log'>) {}

  /** Whether it is one. */
  note(entityType: string, { code, message }: Failure): boolean {
    // Of one record it says nothing of its type.
    if (code !== 'not_found' && !this.told.has(entityType)) {
      this.told.add(entityType);
      this.base.log('warn', `The server gives nothing of ${entityType}: ${message} (${code}) ${CURE}`);
    }
    return DENIALS.includes(code);
  }
}
