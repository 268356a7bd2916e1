/** True when all of the text is as the pattern says: `*` is any text, `?` one character, the rest itself. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let next = 0;
  // Linear in practice and never worse than text × pattern: rules come from files that anybody may write.
  while (at < text.length) {
    if (
      next < pattern.length &&
      (pattern[next] === '?' || pattern[next] === text[at]) &&
      pattern[next] !== '*'
    ) {
      at += 1;
      next += 1;
    } else if (pattern[next] === '*') {
      star = next;
      resume = at;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else return false;
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}
