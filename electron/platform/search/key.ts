/**
 * What is compared of a name and of what somebody typed: without case, colons, hyphens and blanks, so that a MAC is found as it is printed.
 * A MAC in the form `a076.4e1b.2201` loses its dots, too; in versions they count.
 */
export const searchKey = (text: string): string => {
  const key = text.toLowerCase().replaceAll(/[\s:-]/g, '')
  return /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/.test(key) ? key.replaceAll('.', '') : key
}

/** The same in SQL, for `LIKE`, which ignores the case of Latin letters. */
export const keyOf = (column: string): string => `replace(replace(replace(${column}, ':', ''), '-', ''), ' ', '')`
