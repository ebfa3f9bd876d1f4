import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { root } from './launch/launched.ts'
import { limits, patienceOf } from './limits.mjs'
import { testFiles } from './sources.ts'

/** Where a test may look at the time or wait for it, and why. */
const exceptions: readonly { readonly file: string; readonly what: string; readonly why: string }[] = [
  {
    file: 'test/faults/damaged-hosts.ts',
    what: 'performance.now()',
    why: 'the real supervisor is given the real clock, to show that it gives up by itself',
  },
  { file: 'test/faults/damaged-hosts.ts', what: 'setTimeout()', why: 'the same clock' },
  { file: 'test/helpers/until.ts', what: 'timers/promises', why: 'the pause between two questions' },
  { file: 'test/helpers/until.ts', what: 'setTimeout()', why: 'the limit itself' },
  { file: 'test/helpers/until.ts', what: 'performance.now()', why: 'the limit itself' },
  { file: 'test/helpers/awake-clock.ts', what: 'setTimeout()', why: 'a clock' },
  { file: 'test/helpers/awake-clock.ts', what: 'performance.now()', why: 'a clock' },
  { file: 'test/api/events.test.ts', what: 'performance.now()', why: 'a rate: a slow machine lets more time pass' },
]

/** Calls by which a test would wait for time, or measure it. */
const waits = new Set([
  'setTimeout()',
  'setInterval()',
  'sleep()',
  'AbortSignal.timeout()',
  'performance.now()',
  'process.hrtime()',
  'process.hrtime.bigint()',
  'vi.waitFor()',
  'vi.waitUntil()',
])
/** Methods, of whatever object. */
const waitingMethods = /\.(waitForTimeout|setDefaultTimeout|setDefaultNavigationTimeout)\(\)$/
const declaring = /^(it|test|describe|beforeAll|beforeEach|afterAll|afterEach|onTestFinished)\b/
/** Options of vitest, Playwright, child processes, MQTT and HTTP clients. */
const limitNames = /^(timeout|(test|hook|teardown|action|navigation|connect|response|headers|body|request)Timeout)$/
/** These hold up the whole process, so that no limit of a test can end them. */
const blocking = new Set(['spawnSync()', 'execFileSync()', 'execSync()'])

interface Finding {
  readonly line: number
  readonly what: string
}

/** The name of what is called, as it is written: `a.b()`; what is between, such as `it.each(rows)`, left out. */
const nameOf = (node: unknown): string => {
  const { type, name, object, property, callee } = node as Record<string, unknown>
  if (type === 'Identifier') return String(name)
  if (type === 'MemberExpression') return `${nameOf(object)}.${nameOf(property)}`
  if (type === 'CallExpression') return nameOf(callee)
  return ''
}

const isNumber = (node: unknown): boolean => {
  const { type, value, left, right } = node as Record<string, unknown>
  if (type === 'BinaryExpression') return isNumber(left) || isNumber(right)
  return type === 'Literal' && typeof value === 'number'
}

/** What in a test's source waits for time or sets a limit of its own. */
const findingsIn = (file: string, text: string): Finding[] => {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Finding[] = []
  const at = (start: number, what: string): void => {
    found.push({ line: text.slice(0, start).split('\n').length, what })
  }
  new Visitor({
    ImportDeclaration({ source, specifiers, start }) {
      if (!/^(node:)?timers(\/promises)?$/.test(source.value)) return
      const waiting = specifiers.some((one) => !('imported' in one && nameOf(one.imported) === 'setImmediate'))
      if (waiting) at(start, source.value.replace('node:', ''))
    },
    CallExpression({ callee, arguments: given, start }) {
      const called = `${nameOf(callee)}()`
      if (waits.has(called)) at(start, called)
      const method = waitingMethods.exec(called)?.[1]
      if (method && (method === 'waitForTimeout' || given.some(isNumber))) at(start, `${method}()`)
      if (declaring.test(called) && given.slice(1).some(isNumber)) at(start, `a number as the limit of ${called}`)
      if (blocking.has(called) && !/\btimeout\b/.test(text.slice(start, given.at(-1)?.end)))
        at(start, `${called} without a limit`)
    },
    Property({ key, value, start }) {
      const name = 'value' in key ? String(key.value) : nameOf(key)
      if (limitNames.test(name) && isNumber(value)) at(start, `a number as ${name}`)
    },
  }).visit(program)
  return found
}

describe('the tests', () => {
  it('wait for conditions and never for time, and take their limits from one place', () => {
    const found = testFiles().flatMap((file) =>
      findingsIn(file, readFileSync(join(root, file), 'utf8')).map((finding) => ({ file, ...finding })),
    )
    const isException = (one: { file: string; what: string }) =>
      exceptions.some(({ file, what }) => file === one.file && what === one.what)
    expect(
      found.filter((one) => !isException(one)),
      'take limits from test/limits.mjs, wait by test/helpers/until.ts',
    ).toEqual([])
    // An exception that nobody needs any more would let the next one pass.
    const needed = (one: (typeof exceptions)[0]) =>
      found.some(({ file, what }) => file === one.file && what === one.what)
    expect(exceptions.filter((one) => !needed(one))).toEqual([])
  })

  it.each([
    ["it('a', async () => {}, 5_000)", 'a number as the limit of it()'],
    ["it.each([1, 2])('a', async () => {}, 60 * seconds)", 'a number as the limit of it.each()'],
    ["it('a', { timeout: 20_000 }, async () => {})", 'a number as timeout'],
    ['beforeAll(async () => {}, 100)', 'a number as the limit of beforeAll()'],
    ['await expect.poll(ask, { timeout: 9 }).toBe(1)', 'a number as timeout'],
    ["connect({ 'connectTimeout': 5 })", 'a number as connectTimeout'],
    ['await new Promise((resolve) => setTimeout(resolve, 200))', 'setTimeout()'],
    ["import { setTimeout as pause } from 'node:timers/promises'", 'timers/promises'],
    ['fetch(url, { signal: AbortSignal.timeout(limit) })', 'AbortSignal.timeout()'],
    ['await page.waitForTimeout(wait)', 'waitForTimeout()'],
    ['page.setDefaultTimeout(20_000)', 'setDefaultTimeout()'],
    ['await vi.waitFor(() => expect(a).toBe(1))', 'vi.waitFor()'],
    ['const began = performance.now()', 'performance.now()'],
    ["spawnSync('cmake', ['--version'], { encoding: 'utf8' })", 'spawnSync() without a limit'],
  ])('may not: %s', (text, what) => {
    expect(findingsIn('a.test.ts', text)).toEqual([{ line: 1, what }])
  })

  it.each([
    "it('a', async () => {})",
    "it.each([60_000, 9])('waits %i ms', (timeoutMs) => run({ timeoutMs, pushTimeoutMinutes: 5 }))",
    "import { setImmediate } from 'node:timers/promises'",
    'clock.after(1000, () => {})',
    "writeFileSync(file, 'setInterval(() => {}, 1000)')",
    "spawnSync('cmake', [], { timeout: limits.program })",
    'context.setDefaultTimeout(limits.wait)',
    'connect({ connectTimeout: limits.wait })',
    "expect(reason).toBe('timeout')",
  ])('may: %s', (text) => {
    expect(findingsIn('a.test.ts', text)).toEqual([])
  })
})

describe('the limits', () => {
  it('end what is inside before what is around it', () => {
    const { wait, program, test, hook } = limits
    expect([wait < program, program < test, program < hook]).toEqual([true, true, true])
  })

  it('grow by one factor', () => {
    expect(['', undefined, '3', '0.5'].map(patienceOf)).toEqual([1, 1, 3, 0.5])
    for (const words of ['0', '-1', 'much', 'Infinity']) expect(() => patienceOf(words)).toThrow('TEST_PATIENCE')
  })
})
