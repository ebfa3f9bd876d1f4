import { dfu as facts } from '#shared/targets/dfu.ts'
import type { Family } from '../family.ts'
import { identifyDfu } from './enter.ts'
import { flashByDfu } from './flash.ts'
import { dfuImages } from './image-rules.ts'

/** Devices with a bootloader for USB DFU 1.1, or for ST's DfuSe (AN3156). */
export const dfu: Family<'usb'> = {
  facts,
  transport: 'usb',
  settings: () => ({}),
  images: dfuImages,
  refusals: [
    'DFU_NO_INTERFACE',
    'DFU_OTHER_DEVICE',
    'DFU_FILE_OTHER_DEVICE',
    'DFU_FILE_DAMAGED',
    'DFU_FILE_TRUNCATED',
    'DFU_FILE_VERSION',
    'DFU_NEEDS_RAW',
    'DFU_DIALECT',
    'DFU_ALTERNATE_MISSING',
    'DFU_ALTERNATE_UNCLEAR',
    'DFU_OUTSIDE',
    'DFU_NOT_WRITABLE',
    'DFU_SPECIAL_MEMORY',
    'DFU_NO_DOWNLOAD',
    'DFU_PROTECTED',
  ],
  flasher: { identify: identifyDfu, flash: flashByDfu },
}
