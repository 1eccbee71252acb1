// what names of nodes are made of (RFC 1123), and nothing that JSON would write in another way
const plain = /^[-.a-z0-9]+$/;

/** A node's name as JSON text. Asked for each of thousands of nodes, so that the ordinary name takes the short way. */
export function quotedName(name: string): string {
  return plain.test(name) ? `"${name}"` : JSON.stringify(name);
}
