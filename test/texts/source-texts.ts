import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'vite'
import { type Language, languages } from '#shared/languages.ts'

/** A text as it stands in the source: in the folder of a language, under the key of one, or under neither. */
export type SourceText = {
  readonly file: string
  /** The object keys above the text without the language, joined by dots. */
  readonly key: string
  readonly language: Language | undefined
  /** The text; what is computed at run time stands as `{}`. */
  readonly text: string
  /** The keys that stand beside the language key. */
  readonly beside: readonly string[]
}

/** Words that stand directly in the markup of a screen: text between tags, or a spoken attribute. */
export type MarkupText = { readonly file: string; readonly text: string }

type Node = { readonly type: string; readonly [member: string]: unknown }

const root = new URL('../..', import.meta.url).pathname
const isLanguage = (name: string): name is Language => languages.some((language) => language === name)
const spokenAttributes = new Set([
  'title',
  'placeholder',
  'aria-label',
  'alt',
  'label',
  'okText',
  'cancelText',
  'tooltip',
])

/** The language in whose folder below `shared/texts/` a file lies. */
const folderOf = (file: string): Language | undefined => {
  const [, name = ''] = /^shared\/texts\/([^/]+)\//.exec(file) ?? []
  return isLanguage(name) ? name : undefined
}

/** `{ rule: '…', ruleZh: '…' }` is how an error carries both languages. */
const languageOf = (path: readonly string[]): SourceText['language'] =>
  path.some((key) => key.endsWith('Zh')) ? 'zh' : path.find(isLanguage)

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

const children = (node: Node): Node[] =>
  Object.entries(node).flatMap(([key, value]) => (key === 'parent' ? [] : [value].flat().filter(isNode)))

const keyOf = (property: Node): string => {
  const key = property.key as Node
  return String(key.name ?? key.value ?? '')
}

/** The text of a literal, a template or a sum of them; undefined for anything else. */
const textOf = (node: Node): string | undefined => {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'TemplateLiteral')
    return (node.quasis as Node[]).map((part) => (part.value as { cooked: string }).cooked).join('{}')
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)]
    return left === undefined && right === undefined ? undefined : (left ?? '{}') + (right ?? '{}')
  }
  return undefined
}

const sourceFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : []
  })

type Found = { readonly texts: SourceText[]; readonly markup: MarkupText[] }

const readFile = (path: string): Found => {
  const file = relative('.', path)
  const tree = parseAst(readFileSync(join(root, path), 'utf8'), { lang: path.endsWith('x') ? 'tsx' : 'ts' })
  const found: Found = { texts: [], markup: [] }
  const visit = (node: Node, path: readonly string[], beside: readonly string[]): void => {
    const text = textOf(node)
    if (text !== undefined) {
      const language = folderOf(file) ?? languageOf(path)
      found.texts.push({ file, key: path.filter((key) => !isLanguage(key)).join('.'), language, text, beside })
    }
    if (node.type === 'JSXText' && /\p{L}{2}|^ %/u.test(String(node.value)))
      found.markup.push({ file, text: String(node.value).trim() })
    if (node.type === 'JSXAttribute') {
      const value = node.value as Node | null
      const spoken = spokenAttributes.has(String((node.name as Node).name))
      if (spoken && value?.type === 'Literal' && /\p{L}{2}/u.test(String(value.value)))
        found.markup.push({ file, text: String(value.value) })
    }
    if (node.type === 'ImportDeclaration') return
    if (node.type === 'Property') {
      const key = keyOf(node)
      visit(node.value as Node, [...path, key], isLanguage(key) ? beside : [])
      return
    }
    if (node.type === 'ObjectExpression') {
      const keys = (node.properties as Node[]).filter((one) => one.type === 'Property').map(keyOf)
      const here = keys.some(isLanguage) ? keys : beside
      for (const one of node.properties as Node[]) visit(one, path, here)
      return
    }
    const name = node.type === 'VariableDeclarator' ? (node.id as Node).name : undefined
    const below = typeof name === 'string' ? [...path, name] : path
    // The parts of a template or sum were read with it; what is computed inside may hold texts of its own.
    const parts = text === undefined ? children(node) : children(node).filter((part) => textOf(part) === undefined)
    for (const one of parts) visit(one, below, beside)
  }
  for (const one of tree.body as unknown as Node[]) visit(one, [], [])
  return found
}

/** Every text in the source of the program, read from its syntax, so that a new file is covered without being listed. */
export const readSourceTexts = (): Found => {
  const files = ['electron', 'renderer', 'shared'].flatMap(sourceFiles).map(readFile)
  return { texts: files.flatMap((one) => one.texts), markup: files.flatMap((one) => one.markup) }
}
