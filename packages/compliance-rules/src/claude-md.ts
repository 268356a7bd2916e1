/** A fenced block of a Markdown file. */
export interface Block {
  readonly text: string;
  /** The line of the file on which its text begins, counted from 1. */
  readonly firstLine: number;
}

const LANGUAGE = 'orc-rules';

/**
 * The blocks that begin with three or more backticks or tildes and `orc-rules`; everything else is prose and
 * is ignored, a block inside another block included.
 */
export function findRuleBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { readonly fence: string; readonly isRules: boolean; readonly firstLine: number } | undefined;
  let inside: string[] = [];
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (open) {
      const isEnd = new RegExp(`^ {0,3}${open.fence[0] ?? ''}{${open.fence.length},}[ \\t]*$`).test(line);
      if (!isEnd) {
        inside.push(line);
        continue;
      }
      if (open.isRules) blocks.push({ text: inside.join('\n'), firstLine: open.firstLine });
      open = undefined;
      continue;
    }
    const [, fence, info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence === undefined) continue;
    open = { fence, isRules: info.trim().split(/\s+/)[0] === LANGUAGE, firstLine: index + 2 };
    inside = [];
  }
  // As everywhere in Markdown, a block that is not closed goes to the end.
  if (open?.isRules) blocks.push({ text: inside.join('\n'), firstLine: open.firstLine });
  return blocks;
}
