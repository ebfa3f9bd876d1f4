/**
 * Appends a step to the text of `migrations.ts`.
 * @param statements without their final semicolons.
 * @throws Error when the list does not end the file.
 */
export const appendMigration = (source: string, statements: readonly string[]): string => {
  const end = source.lastIndexOf(']')
  if (end < 0 || source.slice(end).trim() !== ']') throw new Error('the list of migrations must end the file')
  const before = source.slice(0, end).trimEnd()
  const comma = /[[,]$/.test(before) ? '' : ','
  const lines = statements.map((statement) => `  ${statement.replaceAll('\n', '\n  ')};\n`).join('')
  const text = lines.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)
  return `${before}${comma}\n  \`\n${text}  \`,\n${source.slice(end)}`
}
