/** Quoted text and names, which stay as they are, or a comparison with a parameter, or a parameter as a limit. */
const compared = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(=|\b(?:IS|IS NOT|LIKE|LIMIT)\b)(\s*)(?=[?:@$])/gi

/**
 * The same statement in a form that SQLite prepares once. Where a statement joins tables and compares a parameter directly, SQLite plans it
 * anew for each value (it might choose another index by the statistics, of which a station has none: docs/decisions.md §2.11): 50 µs instead
 * of 5 for a job by its id. A unary plus is no operation (sqlite.org/lang_expr.html, 3) and hides the parameter from that rule.
 */
export const settled = (source: string): string =>
  source.replaceAll(compared, (found, operator?: string, space?: string) =>
    operator === undefined ? found : `${operator}${space || ' '}+`,
  )
