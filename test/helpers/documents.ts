import { readFileSync } from 'node:fs'

/** A message as a vendor's document prints it: blanks, comments, stray blanks in keys and all. */
export interface PrintedMessage {
  readonly topic: string
  readonly text: string
}

/** The messages of a document in `test/fixtures/documents`, by the headings there. */
export const printedMessages = (document: '001' | '003' | '004'): ((name: string) => PrintedMessage) => {
  const page = readFileSync(new URL(`../fixtures/documents/${document}.md`, import.meta.url), 'utf8')
  const found = page.matchAll(/^## (.+)\n\nTopic: `(.+)`\n\n```\n([\s\S]*?)\n```$/gm)
  const messages = new Map([...found].map(([, name = '', topic = '', text = '']) => [name, { topic, text }]))
  return (name) => {
    const message = messages.get(name)
    if (!message) throw new Error(`document ${document} prints no ${name}`)
    return message
  }
}

/** A printed message as a device's or a platform's program writes it: no comments, no stray blanks in keys, compact. */
export const compactOf = (printed: string): string =>
  JSON.stringify(
    JSON.parse(
      printed.replace(/("(?:[^"\\]|\\.)*")|\/\/.*$/gm, (_, text?: string) => text ?? ''),
      (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key.trim(), member]))
          : value,
    ),
  )
