/** What the language itself is called, and how it puts texts together. */
export const language = {
  /** In the language itself, as the language switch shows it. */
  name: 'English',
  /** What the switch to it does, in the language itself. */
  switchTo: 'Switch to English',
  /** For numbers, dates and the page (BCP 47). */
  locale: 'en-GB',
  /** How a date writes its month: `2-digit` or `short`. */
  month: 'short',
  /** Between the entries of a list, between clauses, and between sentences. */
  listSeparator: ', ',
  clauseSeparator: '; ',
  sentenceSeparator: ' ',
  /** A remark in brackets, put behind something. */
  inBrackets: ' ({text})',
  /** Of a rough span: 6 min. */
  units: { seconds: 's', minutes: 'min', hours: 'h' },
} as const
