/**
 * Appends a step to the text of `migrations.ts`.
 * @param statements without their final semicolons.
 * @throws Error when the list does not end the file.
 */
export const appendMigration = (source: string, statements: readonly string[]): string => {
  const end = source.lastIndexOf('\n]')
  if (end < 0 || source.slice(end).trim() !== ']') throw new Error('the list of migrations must end the file')
  const lines = statements.map((statement) => `  ${statement.replaceAll('\n', '\n  ')};\n`).join('')
  const text = lines.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)
  return `${source.slice(0, end)}\n  \`\n${text}  \`,${source.slice(end)}`
}
