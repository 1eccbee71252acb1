/** What is known of the contact with a source; times are monotonic milliseconds. */
export interface Contact {
  readonly synced: boolean;
  readonly connected: boolean;
  readonly lastContactMs: number | undefined;
}

/**
 * Age of what several mirrors hold: that of the oldest. While a watch is open, an answer of the server on another
 * connection (`serverContactMs`) confirms that nothing is left to tell; TCP keep-alive ends a watch whose connection is gone.
 */
export function ageOf(contacts: readonly Contact[], serverContactMs: number | undefined, nowMs: number): number {
  return Math.max(...contacts.map((contact) => nowMs - lastConfirmed(contact, serverContactMs ?? -Infinity)));
}

function lastConfirmed(contact: Contact, serverContactMs: number): number {
  if (!contact.synced || contact.lastContactMs === undefined) return -Infinity;
  return contact.connected ? Math.max(contact.lastContactMs, serverContactMs) : contact.lastContactMs;
}
