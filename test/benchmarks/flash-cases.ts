import type { FlashTarget } from '#shared/targets/index.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { espImage } from '../flashing/esp-images.ts'
import { type BoardKind, isEsp } from './flash-targets.ts'
import { isShort } from './length.ts'

/** What the recipe of a case is made of, and how its line is set. */
export interface Case {
  readonly target: FlashTarget
  readonly board: BoardKind
  readonly baudRate: number
  /** Bits of a byte on the line. */
  readonly bits: number
  readonly image: Uint8Array
  readonly options: object
}

/** Bytes of an image; a tenth where the benchmark only shows that it runs. */
const sized = (bytes: number): number => (isShort ? Math.ceil(bytes / 10) : bytes)

const plain = (bytes: number): Uint8Array => {
  const image = Buffer.concat(Array.from({ length: Math.ceil(bytes / (48 * 1024)) }, () => demoStm32Image()))
  return image.subarray(0, bytes)
}

const esp = (board: BoardKind, chipId: number | 'esp8266'): Case => ({
  target: 'esp',
  board,
  baudRate: 921_600,
  bits: 10,
  image: espImage(chipId, sized(600_000)),
  options: { baudRate: 921_600 },
})

export const cases: readonly Case[] = [
  esp('esp32', 0),
  esp('esp32s3', 9),
  esp('esp8266', 'esp8266'),
  {
    target: 'stm32',
    board: 'stm32',
    baudRate: 115_200,
    bits: 11,
    image: plain(sized(128 * 1024)),
    options: { verify: false, after: 'stay' },
  },
  {
    target: 'ymodem',
    board: 'ymodem',
    baudRate: 115_200,
    bits: 10,
    image: plain(sized(96 * 1024)),
    options: { baudRate: 115_200 },
  },
  {
    target: 'ymodem',
    board: 'ymodem',
    baudRate: 460_800,
    bits: 10,
    image: plain(sized(512 * 1024)),
    options: { baudRate: 460_800 },
  },
]

/** Where the ROM of the board looks for what it boots. */
export const addressOf = ({ board }: Case): number | null => (isEsp(board) ? (board === 'esp32' ? 0x1000 : 0) : null)

const kilobytes = (board: BoardKind): string =>
  [
    ...new Set(cases.filter((one) => one.board === board).map(({ image }) => `${Math.round(image.length / 1024)} KB`)),
  ].join(' and ')

/** What the table's figures are. */
export const howItIsCounted = [
  'A line: the bits that the host wrote while its unit was being written (the image, deflated for an ESP, with the frames of its protocol), against what its speed would have carried',
  'from the first of them to the last answer. All else counts against it: the answers, during which the protocols have the host wait (1.1 % with an STM32), pauses that are wanted (YMODEM: twice',
  '50 ms), the delay of either thread and of the machine. "Both ways" counts the bits of the answers too: what is missing there, the line lay idle. A simulated line is never faster than its speed',
  `(\`electron/simulator/targets/line-speed.ts\`). Images: ${kilobytes('esp32')} (ESP), ${kilobytes('stm32')} (STM32), ${kilobytes('ymodem')} (YMODEM).`,
].join(' ')
