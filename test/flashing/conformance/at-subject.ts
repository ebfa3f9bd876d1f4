import { atLink } from '../../../electron/flashing/at-profiles/at-link.ts'
import { builtInProfiles } from '../../../electron/flashing/at-profiles/built-in.ts'
import { AtProfile } from '../../../electron/flashing/at-profiles/profile.ts'
import { atFota } from '../../../electron/flashing/families/at-fota/index.ts'
import { FlashError } from '../../../electron/flashing/flasher.ts'
import { linkPair } from '../../../electron/flashing/links/link-pair.ts'
import type { LineSettings } from '../../../electron/flashing/transport.ts'
import type { AtDialect, AtStep } from '../../../electron/simulator/targets/at-dialect.ts'
import { AtModule, atPackage } from '../../../electron/simulator/targets/at-module.ts'
import { type Subject, subject } from './subject.ts'

const url = 'http://192.168.1.5:8070/ota/0123456789012345678901234567890123456789/fw.bin'

/** A simulated module and a download server that is a function; its port comes and goes with the module. */
export const atSubject = (
  name: string,
  dialect: () => AtDialect,
  options: Subject['options'],
  usb = false,
): Subject => {
  const file = atPackage('2.0.0', 30_000)
  return subject<AtStep>({
    name,
    family: atFota,
    options: { version: '2\\.0\\.0', ...options },
    regions: [{ address: 0, bytes: file, name: 'fw.bin' }],
    steps: ['sync', 'ask', 'start', ...(options.way === 'serial' ? [] : (['download'] as const)), 'install', 'boot'],
    survives: [],
    afterwards: [],
    passing: { kind: 'nack', step: 'start', after: 0, times: 1 },
    kinds: ['nack', 'silence', 'unplug', 'lose-answer'],
    goneCode: 'AT_NOT_BACK',
    unit(clock, faults) {
      let answered = { requests: 0, status: 206, bytes: 0 }
      let isOpen = true
      let isThere = true
      const module = new AtModule({
        clock,
        dialect: dialect(),
        faults,
        ...(usb && {
          leaves: (back: Promise<void>) => {
            isThere = false
            void back.then(() => {
              isThere = true
            })
          },
        }),
        fetch: async (_, start, end) => {
          if (!isOpen) return { status: 410, bytes: new Uint8Array(0), total: 0 }
          const bytes = file.subarray(start, end)
          answered = { requests: answered.requests + 1, status: 206, bytes: start + bytes.length }
          return { status: 206, bytes, total: file.length }
        },
      })
      let isPulled = false
      const openLine = (path: string, settings: LineSettings) =>
        linkPair(path, settings, clock, (line) =>
          module.attach({
            send: line.send,
            unplug: () => {
              if (isThere) isPulled = true
              line.unplug()
            },
          }),
        )
      const station = {
        ports: async () => [],
        host: () => '192.168.1.5',
        openSerial: async (path: string, settings: LineSettings) => {
          if (isPulled || !isThere) throw new FlashError('PORT_GONE', { port: path, detail: '' })
          return openLine(path, settings)
        },
        offer: () => {
          answered = { requests: 0, status: 206, bytes: 0 }
          isOpen = true
          return {
            url,
            answered: () => answered,
            close: () => {
              isOpen = false
            },
          }
        },
      }
      const settings = atFota.settings(options)
      const profile = AtProfile.parse(builtInProfiles[`${settings.profile}.json`])
      const place = { slot: '1', usbPath: undefined, usbSerial: undefined }
      return {
        open: (path) => atLink(station, { path, settings, place, profile }, openLine(path, settings.serial)),
        holds: () => module.version === '2.0.0',
        changed: () => module.received > 0 || module.version !== '1.0.0',
      }
    },
  })
}
