import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { takeSuffix } from '../../../electron/flashing/families/dfu/dfu-file.ts'
import { missingPackages } from '../../debian.mjs'
import { limits } from '../../limits.mjs'
import { image } from '../conformance/subject.ts'
import { dfuFile } from '../dfu-files.ts'
import { usbMachine } from './usb-machine.ts'

const missing = missingPackages()
const run = promisify(execFile)

/** What a program prints, and whether it was content. */
const said = (program: string, ...args: readonly string[]): Promise<{ ok: boolean; text: string }> =>
  run(program, [...args], { timeout: limits.program }).then(
    ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ ok: false, text: stdout + stderr }),
  )

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'dfu-util-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe.skipIf(missing.includes('dfu-util'))("Debian's dfu-suffix", () => {
  it.each([
    ['ids', ['-v', '0x0483', '-p', '0xdf11', '-d', '0x2200'], ['0483', 'df11', '2200', 0x0100]],
    ['no ids', [], [undefined, undefined, undefined, 0x0100]],
    ['the version of DfuSe', ['-v', '28e9', '-S', '0x011a'], ['28e9', undefined, undefined, 0x011a]],
  ])('writes a suffix with %s, which we read and take off', async (_, args, expected) => {
    const path = join(folder(), 'app.dfu')
    writeFileSync(path, image(3001))
    expect(await said('dfu-suffix', ...args, '-a', path)).toMatchObject({ ok: true })
    const { body, suffix } = takeSuffix(readFileSync(path), 'app.dfu')
    expect(Buffer.compare(body, image(3001))).toBe(0)
    expect([suffix?.vendorId, suffix?.productId, suffix?.deviceVersion, suffix?.version]).toEqual(expected)
  })

  it('judges whole and damaged files as we do', async () => {
    const path = join(folder(), 'app.dfu')
    const whole = dfuFile(image(500), { vendorId: 0x1d50, productId: 0x60a2 })
    writeFileSync(path, whole)
    expect(await said('dfu-suffix', '-c', path)).toMatchObject({ ok: true, text: expect.stringContaining('0x1D50') })
    for (const at of [0, 250, 499, 502, 504, whole.length - 1]) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      writeFileSync(path, damaged)
      expect((await said('dfu-suffix', '-c', path)).text, `at ${at}`).not.toContain('0x1D50')
      expect(() => takeSuffix(damaged, 'app.dfu'), `at ${at}`).toThrow('DFU_FILE_DAMAGED')
    }
  })
})

describe.skipIf(missing.includes('dfu-util') || missing.includes('umockdev'))("Debian's dfu-util", () => {
  it('sees the device that we see, at the same place', async () => {
    const machine = join(folder(), 'machine.umockdev')
    writeFileSync(machine, usbMachine)
    const { text } = await said('umockdev-run', '-d', machine, '--', 'dfu-util', '-l')
    const found = /Found DFU: \[(\w{4}):(\w{4})\].* path="([^"]+)"/.exec(text)
    expect(found?.slice(1)).toEqual(['0483', 'df11', '1-4'])
    const list = join(import.meta.dirname, 'list-usb.ts')
    const ours = await run('umockdev-run', ['-d', machine, '--', process.execPath, list], { timeout: limits.program })
    expect(JSON.parse(ours.stdout)).toMatchObject({
      ports: [
        {
          kind: 'usb',
          path: 'usb:1-4',
          location: 'pci-0000:00:14.0-usb-0:4',
          vendorId: found?.[1],
          productId: found?.[2],
          serialNumber: '357236543131',
        },
      ],
      devices: expect.arrayContaining([`${found?.[3]} 357236543131`]),
    })
  })
})
