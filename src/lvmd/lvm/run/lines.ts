/**
 * Cuts the output of an lvm shell into JSON documents: one begins with a line that is a brace and ends with the same
 * indent and the closing one. All else (a prompt, an echo of what was typed, words of other programs) is passed to `stray`.
 */
export function documentReader(onDocument: (text: string) => void, stray: (line: string) => void) {
  let rest = "";
  let lines: string[] = [];
  let closing: string | undefined;
  const take = (line: string) => {
    if (closing === undefined) {
      const opening = /^(\s*)\{$/.exec(line);
      if (opening === null) return line.trim() === "" ? undefined : stray(line);
      closing = `${opening[1]}}`;
      lines = [line];
      return;
    }
    lines.push(line);
    if (line !== closing) return;
    closing = undefined;
    onDocument(lines.join("\n"));
  };
  return (chunk: string): void => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) take(line);
  };
}
