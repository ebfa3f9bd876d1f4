import { createHash } from 'node:crypto'
import { FlashError } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import {
  type AtLink,
  type LineSettings,
  LinkLostError,
  type LinkSettings,
  type OfferedFile,
  type OpenLink,
  type Place,
  type SerialLink,
} from '../transport.ts'
import type { AtProfile } from './profile.ts'
import type { AtProfiles } from './profile-set.ts'

interface Offer {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly host: string
  readonly urlMax: number
}

/** What links to modules need of their station. */
export interface AtStation {
  readonly profiles: AtProfiles
  readonly openSerial: (path: string, settings: LineSettings) => Promise<SerialLink>
  readonly ports: () => Promise<readonly PortInfo[]>
  /** Hands out a stored file. @throws RangeError: the address is too long. */
  readonly offer: (file: Offer) => OfferedFile
  /** The station's host where a recipe names none. */
  readonly host: () => string
}

/** @throws FlashError AT_PROFILE_UNKNOWN, AT_PROFILE_FAULT. */
const profileOf = (profiles: AtProfiles, name: string) => {
  const found = profiles.find(name)
  if (!found) throw new FlashError('AT_PROFILE_UNKNOWN', { profile: name })
  if (found.fault) throw new FlashError('AT_PROFILE_FAULT', { ...found.fault })
  return found.profile
}

/** Where a link leads, and how it is opened again. */
interface AtPlace {
  readonly path: string
  readonly settings: LinkSettings['at']
  readonly place: Place
  readonly profile: AtProfile
}

/** The AT port of a module over a line that is open. */
export const atLink = (
  { openSerial, ports, offer, host: bestHost }: Omit<AtStation, 'profiles'>,
  { path, settings: { serial, host }, place, profile }: AtPlace,
  open: SerialLink,
): AtLink => {
  let line = open
  let closed = false
  const offers = new Set<OfferedFile>()

  /** The port may have got another name when it came back. */
  const pathNow = async (): Promise<string> => {
    if (place.usbPath === undefined) return path
    const there = (await ports().catch(() => [])).find(({ location }) => location === place.usbPath)
    return there?.path ?? path
  }
  const refuseClosed = (): void => {
    if (closed) throw new LinkLostError(`${path}: closed`)
  }

  return {
    transport: 'at',
    name: path,
    profile,
    get line() {
      return line
    },
    get closed() {
      return closed
    },
    async reopen() {
      refuseClosed()
      await line.close()
      const opened = await openSerial(await pathNow(), serial)
      line = opened
      if (!closed) return
      await opened.close()
      refuseClosed()
    },
    async offer({ name, bytes, urlMax }) {
      refuseClosed()
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const to = host || bestHost()
      try {
        const offered = offer({ name, size: bytes.length, sha256, host: to, urlMax })
        offers.add(offered)
        return offered
      } catch (error) {
        if (error instanceof RangeError)
          throw new FlashError('AT_ADDRESS_LONG', { host: to, max: urlMax }, { cause: error })
        throw error
      }
    },
    async close() {
      closed = true
      // Whatever ends a run ends its address.
      for (const offered of offers) offered.close()
      await line.close()
    },
  }
}

/** Opens AT ports of modules. */
export const createAtOpener =
  ({ profiles, ...station }: AtStation): OpenLink<'at'> =>
  async (path, settings, place): Promise<AtLink> => {
    const profile = profileOf(profiles, settings.profile)
    return atLink(station, { path, settings, place, profile }, await station.openSerial(path, settings.serial))
  }
