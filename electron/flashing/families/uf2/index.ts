import { uf2 as facts, Uf2Options } from '#shared/targets/uf2.ts'
import type { Family } from '../family.ts'
import { flashUf2, identifyBoard } from './flash.ts'
import { uf2Images } from './image-rules.ts'

/** Boards with a UF2 boot loader: a USB drive that takes one file and leaves (github.com/microsoft/uf2). */
export const uf2: Family<'drive'> = {
  facts,
  transport: 'drive',
  settings: (options) => ({ folder: Uf2Options.parse(options).drive }),
  images: uf2Images,
  refusals: [
    'UF2_NEEDS_CONVERSION',
    'UF2_FOREIGN_FILE',
    'UF2_ONE_IMAGE',
    'UF2_LENGTH',
    'UF2_DAMAGED',
    'UF2_INCOMPLETE',
    'UF2_ORDER',
    'UF2_NOTHING_FOR_FLASH',
    'UF2_FAMILY_MISSING',
    'UF2_OTHER_BOARD',
    'UF2_WRONG_CHIP',
  ],
  flasher: { identify: identifyBoard, flash: flashUf2 },
}
