/** Commands of a document, and the lines it says they print; undefined where it shows none. */
export interface Step {
  readonly commands: string
  readonly shown: string | undefined
}

/** Where a heading's text begins and ends: up to the next heading of its level or above. @throws when there is no such heading */
const rangeOf = (markdown: string, heading: string): readonly [number, number] => {
  const at = markdown.indexOf(`\n${heading}\n`)
  if (at < 0) throw new Error(`there is no "${heading}"`)
  const start = at + heading.length + 2
  const length = markdown.slice(start).search(new RegExp(`^#{1,${heading.indexOf(' ')}} `, 'm'))
  return [start, length < 0 ? markdown.length : start + length]
}

/** A `bash` block, and the `text` block that follows it with nothing but a blank line between, if one does. */
const blocks = /^```bash\n(?<commands>[\s\S]*?)^```$(?:\n\n```text\n(?<shown>[\s\S]*?)^```$)?/gm

/** The steps under a heading, in order. */
export const stepsOf = (markdown: string, heading: string): Step[] =>
  [...markdown.slice(...rangeOf(markdown, heading)).matchAll(blocks)].map(({ groups }) => ({
    commands: groups?.commands ?? '',
    shown: groups?.shown,
  }))

/** The document with the lines under a heading replaced by what the steps print; steps that show none stay so. */
export const withOutputs = (markdown: string, heading: string, outputs: readonly string[]): string => {
  const [start, end] = rangeOf(markdown, heading)
  let step = 0
  const section = markdown.slice(start, end).replace(blocks, (whole, commands: string, shown: string | undefined) => {
    const output = (outputs[step++] ?? '').replaceAll('\r\n', '\n').trim()
    return shown === undefined ? whole : `\`\`\`bash\n${commands}\`\`\`\n\n\`\`\`text\n${output}\n\`\`\``
  })
  return markdown.slice(0, start) + section + markdown.slice(end)
}

/** What no two runs have in common, by what it is called in a comparison. */
const changing: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'],
  [/^Date: .*$/gm, 'Date: <date>'],
  [/(?<=\/ota\/)[\w-]{40}(?=\/)/g, '<token>'],
  [/(?<="(?:secret|accessToken)":")[\w-]{22,}(?=")/g, '<random>'],
  [/(?<="id":)\d{13}\b/g, '<message>'],
  [/(?<="data":")[^"]*(?=",)/g, '<directory>'],
  [/(?<="ms":)\d+/g, '<ms>'],
  // The program's own version, not a device's.
  [/(?<="(?:event":"ready|status":"ok)","version":")\d+\.\d+\.\d+/g, '<program>'],
]

/** Output without what changes from run to run, and with line ends and blanks at line ends made even. */
export const masked = (output: string): string =>
  changing
    .reduce((text, [pattern, name]) => text.replace(pattern, name), output.replaceAll('\r\n', '\n'))
    .replace(/[ \t]+$/gm, '')
    .trim()
