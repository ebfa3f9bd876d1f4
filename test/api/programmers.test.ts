import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startTestStation } from '../helpers/station.ts'

const openocd = {
  name: 'openocd',
  program: '/opt/openocd',
  args: ['-f', 'board.cfg', '-c', 'program {image0} {address0} exit'],
  success: 'Verified OK',
}

it('programmers are replaced as a whole, shown, kept over a restart, and refused by the field that is wrong', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'programmers-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const station = await startTestStation({ directory })
  const { rest } = station
  expect((await rest('GET', '/settings')).body.programmers).toEqual([])
  const patched = await rest('PATCH', '/settings', { programmers: [openocd, { ...openocd, name: 'second' }] })
  expect(patched).toMatchObject({ status: 200, body: { programmers: [openocd, { name: 'second' }] } })
  expect((await rest('PATCH', '/settings', { programmers: [openocd] })).body.programmers).toEqual([openocd])
  for (const [field, more] of [
    ['programmers.0.program', { program: 'openocd' }],
    ['programmers.0.program', { program: 'C:\\flash.bat' }],
    ['programmers.0.name', { name: 'Open OCD' }],
    ['programmers.0.args.1', { args: ['ok', '{nothing}'] }],
    ['programmers.0.progress', { progress: '\\d+' }],
    ['programmers.0.failure', { failure: '(?=x)' }],
  ] as const) {
    const refused = await rest('PATCH', '/settings', { programmers: [{ ...openocd, ...more }] })
    expect(refused, field).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', data: { field } } })
  }
  expect((await rest('PATCH', '/settings', { programmers: [{ ...openocd, shell: true }] })).status).toBe(400)
  const audit = await rest('GET', '/audit')
  expect((audit.body.items as unknown[])[0]).toMatchObject({
    action: 'station.updateSettings',
    detail: { programmers: [{ name: 'openocd' }] },
  })
  await station.stop()
  const again = await startTestStation({ directory })
  expect((await again.rest('GET', '/settings')).body.programmers).toEqual([openocd])
})

it('a program is tried: what it says, how it ends, and why it does not start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'programmers-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { rest } = await startTestStation()
  const test = async (body: object) => rest('POST', '/settings/programmers/test', body)
  expect(await test({ program: process.execPath })).toMatchObject({
    status: 200,
    body: { ok: true, exitCode: 0, lines: [process.version], trouble: null },
  })
  const said = await test({
    program: process.execPath,
    args: ['-e', 'console.error("no such option"); process.exit(3)'],
  })
  expect(said.body).toEqual({ ok: false, exitCode: 3, lines: ['no such option'], trouble: null })
  expect((await test({ program: join(folder, 'gone') })).body).toMatchObject({
    ok: false,
    trouble: { code: 'COMMAND_NOT_FOUND', message: expect.stringContaining('was not found') },
  })
  const text = join(folder, 'text')
  writeFileSync(text, 'not a program', { mode: 0o644 })
  expect((await test({ program: text })).body.trouble).toMatchObject({ code: 'COMMAND_NOT_EXECUTABLE' })
  expect((await test({ program: folder })).body.trouble).toMatchObject({ code: 'COMMAND_NOT_EXECUTABLE' })
  const broken = join(folder, 'broken')
  writeFileSync(broken, '#!/no/interpreter\n', { mode: 0o755 })
  expect((await test({ program: broken })).body).toMatchObject({ ok: false, trouble: { code: 'COMMAND_NOT_FOUND' } })
  expect((await test({ program: 'node' })).status).toBe(400)
})

it('with a PIN only an engineer names and tries programs', async () => {
  const { rest } = await startTestStation()
  await rest('PUT', '/operator/pin', { pin: '2718' })
  for (const [method, path, body] of [
    ['PATCH', '/settings', { programmers: [openocd] }],
    ['POST', '/settings/programmers/test', { program: process.execPath }],
  ] as const)
    expect(await rest(method, path, body)).toMatchObject({ status: 403, body: { code: 'ENGINEER_ONLY' } })
})
