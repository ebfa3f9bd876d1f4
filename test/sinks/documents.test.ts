import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { OutgoingEvent } from '#shared/schema.ts'
import { postgresTables } from '../../electron/platform/sinks/postgres-tables.ts'
import { signatureOf } from '../../electron/platform/sinks/webhook-signature.ts'
import { limits } from '../limits.mjs'

const text = readFileSync(resolve(import.meta.dirname, '../../docs/sinks.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, block]) => block ?? '')

const KEY = 'a-key of the MES'.replaceAll(' ', '-')
const body = '{"version":1,"events":[{"id":1,"text":"二号厂房"}]}'

it('the events as printed have the shape that leaves the station', () => {
  const events = blocks('json').map((block) => OutgoingEvent.parse(JSON.parse(block)))
  expect(events.map(({ kind }) => kind)).toEqual(['unit-record', 'job', 'campaign'])
  // Nothing beside what is documented.
  blocks('json').forEach((block, index) => {
    expect(events[index]).toEqual(JSON.parse(block))
  })
})

it('every column of the tables is in the document', () => {
  for (const { table, columns } of Object.values(postgresTables)) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${table}\``)) ?? ''
    expect(row).toContain(columns.map(({ name }) => name).join(' '))
  }
})

it('the Python as printed takes a genuine request, and refuses a changed one and an old one', () => {
  const now = Math.floor(Date.now() / 1000)
  const call = (header: string, sent: string): string =>
    `print(is_genuine(${JSON.stringify(KEY)}, ${JSON.stringify(header)}, ${JSON.stringify(sent)}.encode()))`
  const program = [
    ...blocks('python'),
    call(signatureOf(KEY, now, body), body),
    call(signatureOf(KEY, now, body), `${body} `),
    call(signatureOf(`${KEY}x`, now, body), body),
    call(signatureOf(KEY, now - 3600, body), body),
  ].join('\n')
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { encoding: 'utf8', timeout: limits.program })
  expect(stdout.trim().split('\n'), stderr).toEqual(['True', 'False', 'False', 'False'])
})

it('OpenSSL as printed makes the same signature', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signature-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'body.json'), body)
  const { stdout, stderr } = spawnSync('sh', ['-c', blocks('sh').join('\n')], {
    cwd: folder,
    env: { ...process.env, T: '1796083200', KEY },
    encoding: 'utf8',
    timeout: limits.program,
  })
  expect(`t=1796083200,v1=${stdout.trim()}`, stderr).toBe(signatureOf(KEY, 1_796_083_200, body))
})
