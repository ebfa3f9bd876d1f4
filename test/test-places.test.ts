import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { root } from './launch/launched.ts'
import { testFiles } from './sources.ts'

/** Modules that open files, databases, sockets, ports, programs or threads. */
const opening =
  /^(node:)?(fs|net|tls|dgram|dns|http|https|http2|child_process|cluster|worker_threads)(\/promises)?$|^(better-sqlite3|serialport|mqtt|aedes|ws|undici)$/
/** Functions of ours that do. */
const openers = new Set(['openStore', 'openDatabase', 'startTestStation', 'createPlatform'])
/** Helpers that read what is as fixed as their own source. */
const fixed = new Set(['test/helpers/documents.ts'])

interface Import {
  readonly from: string
  readonly names: readonly string[]
}

/** What a source imports while it runs: types are gone by then. */
const importsOf = (file: string, text: string): Import[] => {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Import[] = []
  new Visitor({
    ImportDeclaration({ source, specifiers, importKind }) {
      if (importKind === 'type') return
      const names = specifiers.flatMap((one) =>
        'imported' in one && 'name' in one.imported ? [one.imported.name] : [],
      )
      found.push({ from: source.value, names })
    },
    ImportExpression({ source }) {
      if (source.type === 'Literal') found.push({ from: String(source.value), names: [] })
    },
  }).visit(program)
  return found
}

/** By which of its imports a test beside its file does I/O; helpers of `test/` are looked through. */
const opensBy = (file: string, read: (file: string) => string, seen = new Set<string>()): string[] =>
  importsOf(file, read(file)).flatMap(({ from, names }) => {
    if (opening.test(from)) return [from]
    const opener = names.find((name) => openers.has(name))
    if (opener) return [opener]
    const path = join(dirname(file), from).replaceAll('\\', '/')
    if (!from.startsWith('.') || !/^test\/.*\.ts$/.test(path) || fixed.has(path) || seen.has(path)) return []
    seen.add(path)
    return opensBy(path, read, seen).map((what) => `${path}: ${what}`)
  })

const fromDisk = (file: string): string => readFileSync(join(root, file), 'utf8')
const isBeside = (file: string): boolean => !file.startsWith('test/')

describe('a test beside its file', () => {
  it('does no I/O: what opens files, databases, sockets or programs is in test/', () => {
    const beside = testFiles().filter(isBeside)
    expect(beside.length).toBeGreaterThan(100)
    const found = beside.flatMap((file) => opensBy(file, fromDisk).map((what) => `${file} imports ${what}`))
    expect(found, 'move these tests to test/<room>/').toEqual([])
  })

  const helpers: Readonly<Record<string, string>> = {
    'test/helpers/pty.ts': "import { spawn } from 'node:child_process'",
    'test/helpers/around.ts': "import { pty } from './pty.ts'\nimport { around } from './around.ts'",
    'test/helpers/pure.ts': "import { createHash } from 'node:crypto'",
    'test/helpers/documents.ts': "import { readFileSync } from 'node:fs'",
  }
  const of = (text: string) => opensBy('electron/a/b.test.ts', (file) => helpers[file] ?? text)

  it.each([
    ["import { writeFileSync } from 'node:fs'", 'node:fs'],
    ["import { mkdtemp } from 'fs/promises'", 'fs/promises'],
    ["import { createServer } from 'node:net'", 'node:net'],
    ["import { MessageChannel } from 'node:worker_threads'", 'node:worker_threads'],
    ["import Database from 'better-sqlite3'", 'better-sqlite3'],
    ["const { spawn } = await import('node:child_process')", 'node:child_process'],
    ["import { DATABASE, openStore } from '../store/store.ts'", 'openStore'],
    ["import { pty } from '../../test/helpers/pty.ts'", 'test/helpers/pty.ts: node:child_process'],
    [
      "import { around } from '../../test/helpers/around.ts'",
      'test/helpers/around.ts: test/helpers/pty.ts: node:child_process',
    ],
  ])('may not: %s', (text, what) => {
    expect(of(text)).toEqual([what])
  })

  it.each([
    "import type { Socket } from 'node:net'",
    "import { createHash } from 'node:crypto'",
    "import { gzipSync } from 'node:zlib'",
    "import { pure } from '../../test/helpers/pure.ts'",
    "import { printedMessages } from '../../test/helpers/documents.ts'",
    "import type { Store } from '../store/store.ts'",
  ])('may: %s', (text) => {
    expect(of(text)).toEqual([])
  })
})
