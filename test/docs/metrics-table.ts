import { definitions, PREFIX } from '../../electron/platform/metrics/definitions.ts'

const BEGIN = '<!-- metrics -->'

/** The document with the table of metrics as the program has them. */
export const withMetrics = (markdown: string): string => {
  const [before = '', after = ''] = markdown.split(BEGIN)
  const [, rest = ''] = /^\n*(?:\|.*\n)*([\s\S]*)$/.exec(after) ?? []
  const rows = Object.entries(definitions).map(
    ([name, { type, labels, help }]) =>
      `| \`${PREFIX}${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help} |`,
  )
  return `${before}${BEGIN}\n\n| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n${rest}`
}
