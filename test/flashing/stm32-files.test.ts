import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, it } from 'vitest'
import { checkFiles, expectRow, type FileRow, openFileBench } from './checked-files.ts'
import { espImage } from './esp-images.ts'
import { buildProgram, type LinkerScript, withoutCompiler, withoutSections } from './stm32-programs.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer)

/** Intel HEX of data at addresses, in lines of 16 bytes. */
const hexFile = (
  ...parts: readonly (readonly [address: number, bytes: Uint8Array | readonly number[]])[]
): Uint8Array => {
  const record = (type: number, offset: number, data: readonly number[]): string => {
    const bytes = [data.length, offset >> 8, offset & 0xff, type, ...data]
    const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff
    return `:${Buffer.from([...bytes, sum])
      .toString('hex')
      .toUpperCase()}`
  }
  const lines = parts.flatMap(([address, bytes]) =>
    Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) => {
      const at = address + index * 16
      const data = [...bytes.slice(index * 16, index * 16 + 16)]
      return [record(4, 0, [at >>> 24, (at >>> 16) & 0xff]), record(0, at & 0xffff, data)]
    }).flat(),
  )
  return text([...lines, record(1, 0, []), ''].join('\r\n'))
}

/** A program of a vector table and code. */
const program = (stack: number, reset: number, size = 2048): Uint8Array => {
  const bytes = new Uint8Array(size).fill(0xbf)
  bytes.set(words(stack, reset, reset + 2, reset + 4))
  return bytes
}

/** A ZIP archive of one file (PKWARE, APPNOTE 4.3). */
const zipFile = (name: string, bytes: Uint8Array): Uint8Array => {
  const packed = deflateRawSync(bytes)
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x0403_4b50, 0)
  head.writeUInt16LE(20, 4)
  head.writeUInt16LE(8, 8)
  head.writeUInt32LE(packed.length, 18)
  head.writeUInt32LE(bytes.length, 22)
  head.writeUInt16LE(name.length, 26)
  return Uint8Array.from(Buffer.concat([head, Buffer.from(name), packed]))
}

/** UF2 of one block (UF2, "File format"). */
const uf2File = (bytes: Uint8Array): Uint8Array => {
  const block = new Uint8Array(512)
  block.set(words(0x0a32_4655, 0x9e5d_5157, 0x2000, 0x0800_0000, 256, 0, 1, 0x5775_5a57))
  block.set(bytes.subarray(0, 256), 32)
  block.set(words(0x0ab1_6f30), 508)
  return block
}

/** DfuSe's prefix (UM0391 2.1) and DFU's suffix (USB DFU 1.1, B.1). */
const dfuSuffix = Uint8Array.of(0, 0, 0x11, 0xdf, 0x83, 0x04, 0x1a, 0x01, ...text('UFD'), 16, 1, 2, 3, 4)
const dfuSeFile = Uint8Array.from([...text('DfuSe'), 1, 0, 0, 0, 0, 1, ...new Uint8Array(274), ...dfuSuffix])

/** The header of a Windows program (Microsoft, "PE Format"). */
const windowsProgram = (): Uint8Array => {
  const bytes = new Uint8Array(512)
  bytes.set(text('MZ'))
  bytes.set(words(0x80), 0x3c)
  bytes.set(text('PE\0\0'), 0x80)
  return bytes
}

/** AVR's vectors: jumps of four bytes each. */
const avrVectors = Array.from({ length: 26 }, (_, at) => [0x0c, 0x94, at === 0 ? 0x34 : 0x3e, 0x00]).flat()
const nrfVectors = program(0x2000_4000, 0x0000_01d1, 512)

const start = 0x0800_0000
const f4 = program(0x2002_0000, start + 0x199)
const expectChip = (chip: string, minFlashSize?: number) => ({ expect: { chip, minFlashSize } })
const file = (name: string, bytes: Uint8Array, address?: number) => ({
  name,
  bytes,
  ...(address === undefined ? {} : { address }),
})

const row = (
  title: string,
  files: FileRow['files'],
  given: Partial<Pick<FileRow, 'recipe' | 'problems' | 'warnings' | 'answer'>> = {},
): FileRow => ({ title, files, problems: [], warnings: [], ...given })

/** A row with one refusal, and values that its text is filled with. */
const refused = (
  title: string,
  files: FileRow['files'],
  code: string,
  data: object = {},
  recipe: object = {},
): FileRow => row(title, files, { recipe, problems: [code], answer: { problems: [{ code, data }] } })

const rows: readonly FileRow[] = [
  row('a BIN with a vector table, without an address', [file('app.bin', f4)], {
    recipe: expectChip('STM32F407VG'),
    answer: { regions: [{ address: start }] },
  }),
  row(
    'a HEX that Windows PowerShell redirected',
    [
      file(
        'app.hex',
        Uint8Array.from([0xff, 0xfe, ...Buffer.from(new TextDecoder().decode(hexFile([start, f4])), 'utf16le')]),
      ),
    ],
    { recipe: expectChip('STM32F407VG') },
  ),
  row('an H7 whose stack is in data TCM', [file('h7.bin', program(0x2002_0000, start + 0x299))], {
    recipe: expectChip('STM32H743ZI'),
  }),
  row('an H7 whose stack is in AXI SRAM', [file('h7.bin', program(0x2408_0000, start + 0x299))], {
    recipe: expectChip('STM32H743ZI'),
  }),
  row('an F7 that runs over the instruction TCM bus', [file('f7.bin', program(0x2005_0000, 0x0020_0299))], {
    recipe: expectChip('STM32F746NG'),
  }),
  row('an F4 whose stack is in core-coupled RAM', [file('f4.bin', program(0x1001_0000, start + 0x199))], {
    recipe: expectChip('STM32F407VG'),
  }),
  row(
    'a bootloader, and an app behind it with a header of MCUboot',
    [
      file('boot.bin', program(0x2000_5000, start + 0x101)),
      file(
        'app.signed.bin',
        Uint8Array.from([...words(0x96f3_b83d, 0, 0x200, 2048), ...new Uint8Array(496), ...f4]),
        0x0800_8000,
      ),
    ],
    { recipe: expectChip('STM32F407VG') },
  ),
  row('data where the recipe says that flash starts with them', [file('table.bin', new Uint8Array(512).fill(3))], {
    recipe: { options: { startsWith: 'data' } },
  }),
  refused('data where a program is expected', [file('table.bin', new Uint8Array(512).fill(3))], 'IMAGE_NO_VECTORS'),
  refused('an app without its offset', [file('app.bin', program(0x2002_0000, 0x0800_8199))], 'STM32_RESET_OUTSIDE', {
    reset: '0x08008199',
  }),
  row('a program for the start of flash with an offset', [file('app.bin', f4, 0x0800_8000)], {
    warnings: ['STM32_LINKED_ELSEWHERE'],
  }),
  refused(
    'a program for more RAM than any chip of the series has',
    [file('f4.bin', f4)],
    'STM32_STACK_OUTSIDE',
    { stack: '0x20020000' },
    expectChip('STM32F103C8'),
  ),
  refused(
    'a program beyond the flash of the part number',
    [file('app.bin', program(0x2000_5000, start + 0x199, 70_000))],
    'STM32_OUTSIDE_FLASH',
    { limit: '0x08010000' },
    expectChip('STM32F103C8'),
  ),
  refused(
    'a program beyond the smallest flash that is accepted',
    [file('app.bin', program(0x2000_5000, start + 0x199, 70_000))],
    'STM32_OUTSIDE_FLASH',
    { limit: '0x08008000' },
    expectChip('STM32F4', 32_768),
  ),
  refused(
    'option bytes by accident',
    [file('all.hex', hexFile([start, f4], [0x1fff_c000, [0xef, 0xaa]]))],
    'STM32_OPTION_BYTES',
    { address: '0x1fffc000' },
    expectChip('STM32F407VG'),
  ),
  row('option bytes on purpose', [file('all.hex', hexFile([start, f4], [0x1fff_c000, [0xef, 0xaa]]))], {
    recipe: { ...expectChip('STM32F407VG'), options: { writeOptionBytes: true } },
    warnings: ['STM32_OPTION_BYTES_WRITTEN'],
    answer: { warnings: [{ data: { value: 'ef aa' } }] },
  }),
  refused(
    'option bytes that lock the chip for ever',
    [file('all.hex', hexFile([start, f4], [0x1fff_c000, [0xef, 0xcc]]))],
    'STM32_OPTION_LEVEL_2',
    {},
    { ...expectChip('STM32F407VG'), options: { writeOptionBytes: true } },
  ),
  refused(
    'pictures for an external flash',
    [file('gui.hex', hexFile([start, f4], [0x9000_0000, new Uint8Array(64)]))],
    'STM32_IN_EXTERNAL_MEMORY',
  ),
  refused(
    'a program for RAM',
    [file('ram.hex', hexFile([0x2000_0000, program(0x2002_0000, 0x2000_0199)]))],
    'STM32_IN_RAM',
  ),
  refused(
    'settings in the data EEPROM of an L0',
    [file('l0.hex', hexFile([start, program(0x2000_2000, start + 0x199)], [0x0808_0000, [1, 2, 3]]))],
    'STM32_IN_EEPROM',
    {},
    expectChip('STM32L053R8'),
  ),
  refused(
    'a HEX for an nRF51 with its UICR',
    [file('nrf51.hex', hexFile([0, nrfVectors], [0x1000_1014, [0, 0, 4, 0]]))],
    'IMAGE_OTHER_TARGET',
    { found: 'nRF5x (Nordic)' },
  ),
  refused('a BIN for a Cortex-M of another maker', [file('nrf52.bin', nrfVectors)], 'IMAGE_OTHER_TARGET'),
  refused('a HEX of an Arduino with an AVR', [file('blink.ino.hex', hexFile([0, avrVectors]))], 'IMAGE_OTHER_TARGET', {
    found: 'AVR',
  }),
  refused(
    'a HEX for a PIC18 with its configuration',
    [file('pic.hex', hexFile([0, [0x00, 0xef, 0x10, 0xf0]], [0x30_0000, [0xff, 0x0f]]))],
    'IMAGE_OTHER_TARGET',
    { found: 'PIC18' },
  ),
  refused('an image for an ESP32', [file('esp.bin', espImage(0, 4000))], 'IMAGE_OTHER_TARGET', { found: 'ESP' }),
  refused('a HEX that was cut off', [file('app.hex', hexFile([start, f4]).subarray(0, -13))], 'IMAGE_NO_END'),
  refused(
    'two HEX files joined by hand',
    [file('all.hex', Uint8Array.from([...hexFile([start, f4]), ...hexFile([0x0800_8000, f4])]))],
    'IMAGE_AFTER_END',
  ),
  refused(
    'a HEX that says two things of one address',
    [file('all.hex', hexFile([start, f4], [start + 0x40, [1]]))],
    'IMAGE_LINE_OVERLAP',
    { address: '0x08000040' },
  ),
  refused('a UF2 file', [file('app.uf2', uf2File(f4))], 'FILE_UF2'),
  refused('a DfuSe file', [file('app.dfu', dfuSeFile)], 'FILE_DFU'),
  refused('a BIN with a DFU suffix', [file('app.bin', Uint8Array.from([...f4, ...dfuSuffix]))], 'FILE_DFU'),
  refused(
    'TI-TXT',
    [file('app.txt', text('@8000\r\n31 40 00 04 B2 40\r\n@FFFE\r\n00 80\r\nq\r\n'))],
    'FILE_OTHER_HEX',
    { kind: 'TI-TXT' },
  ),
  refused(
    'a simple file of IAR',
    [file('app.sim', Uint8Array.from([0x7f, 0x49, 0x41, 0x52, ...new Uint8Array(60)]))],
    'FILE_OTHER_HEX',
    { kind: 'IAR simple' },
  ),
  refused('a program for Windows', [file('setup.bin', windowsProgram())], 'FILE_PROGRAM', { kind: 'Windows' }),
  refused('a ZIP archive', [file('app.zip', zipFile('app.bin', f4))], 'FILE_PACKED', { kind: 'ZIP' }),
  refused('a compressed BIN', [file('app.bin.gz', Uint8Array.from(gzipSync(f4)))], 'FILE_PACKED', { kind: 'gzip' }),
  refused(
    'the page of a server that had no such file',
    [file('app.bin', text('\r\n<!DOCTYPE html><html><title>404</title></html>'))],
    'FILE_PAGE',
  ),
  row(
    'a web page in place of an app behind a bootloader',
    [
      file('boot.bin', program(0x2000_5000, start + 0x101)),
      file('app.bin', text('<html><body>502</body></html>'), 0x0800_8000),
    ],
    { warnings: ['FILE_PAGE'] },
  ),
]

const script = (name: LinkerScript) => buildProgram(name)
/** Rows of what compiler and linker make; functions, because building takes time. */
const builtRows: readonly (() => FileRow)[] = [
  () =>
    row('an ELF of a whole program', [file('whole.elf', script('whole').elf)], { recipe: expectChip('STM32F407VG') }),
  () => row('its S-records', [file('whole.s19', script('whole').srec)], { recipe: expectChip('STM32F407VG') }),
  () =>
    row('an ELF with vectors, code and data scattered', [file('scattered.elf', script('scattered').elf)], {
      recipe: expectChip('STM32F103C8'),
    }),
  () =>
    row('a bootloader and an app as ELF', [file('boot.hex', script('whole').hex), file('app.elf', script('app').elf)], {
      recipe: expectChip('STM32F407VG'),
      answer: {
        regions: [
          { address: start, size: 380 },
          { address: 0x0800_4000, size: 380 },
        ],
      },
    }),
  () =>
    row('an app alone on a chip that is erased as a whole', [file('app.elf', script('app').stripped)], {
      recipe: { ...expectChip('STM32F407VG'), options: { erase: 'mass' } },
      warnings: ['STM32_NOTHING_AT_START'],
    }),
  () =>
    row('an ELF of an H7 with code for TCM', [file('h7.elf', script('filled').elf)], {
      recipe: expectChip('STM32H743ZI'),
    }),
  () =>
    refused(
      'an app as ELF without sections',
      [file('app.elf', withoutSections(script('app').elf))],
      'ELF_WITHOUT_SECTIONS',
    ),
  () => refused('an object file', [file('main.elf', script('whole').object)], 'ELF_NOTHING_TO_LOAD'),
  () => {
    const elf = Uint8Array.from(script('whole').elf)
    elf[18] = 94
    return refused('an ELF for another core', [file('esp.elf', elf)], 'ELF_OTHER_MACHINE', { machine: 'Xtensa' })
  },
]

describe('the dry check of files for STM32', () => {
  it.each(rows)('$title', async (one) => expectRow(await checkFiles(await openFileBench(), 'stm32', one), one))

  it.skipIf(withoutCompiler)('of compiler and linker (needs gcc-arm-none-eabi)', async () => {
    const bench = await openFileBench()
    for (const make of builtRows) {
      const one = make()
      expectRow(await checkFiles(bench, 'stm32', one), one)
    }
  })
})

describe('the dry check of files for a modem', () => {
  const page = row('a web page', [file('app.bin', text('<html>404</html>'))], { warnings: ['FILE_PAGE'] })
  it.each(['xmodem', 'ymodem'] as const)('of %s takes every file, and says that a web page is one', async (target) => {
    const bench = await openFileBench()
    expectRow(await checkFiles(bench, target, page), page)
    const hex = row('a HEX', [file('app.hex', hexFile([start, f4]))])
    expectRow(await checkFiles(bench, target, hex), hex)
  })
})
