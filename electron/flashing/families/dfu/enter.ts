import { DfuOptions } from '#shared/targets/dfu.ts'
import { FlashError, type IdentifyJob, type Identity } from '../../flasher.ts'
import {
  LinkLostError,
  type UsbAlternate,
  type UsbDescription,
  type UsbLink,
  UsbTransferError,
} from '../../transport.ts'
import { type DfuFunctional, dfuClass, functionalOf, unknownFunctional } from './descriptors.ts'
import { identityOf, idsOf } from './identity.ts'
import { type MemoryLayout, parseMemoryLayout } from './memory-layout.ts'
import { DfuSession } from './session.ts'

/** A device must be back in DFU mode after this time (USB DFU 1.1, 5.1: a bus reset and an enumeration). */
export const RETURN_MS = 5000
const DESCRIPTOR_MS = 5000
const getDescriptor = { type: 'standard', request: 6, value: 0x0200 } as const
/** Protocol of a DFU interface: 1 beside the application, 2 in DFU mode (USB DFU 1.1, 4.1.2 and 4.2.3). */
const runTime = 1
const dfuSeVersion = 0x011a

/** A device in DFU mode. */
export interface Met {
  readonly options: DfuOptions
  readonly device: UsbDescription
  readonly session: DfuSession
  readonly interfaceNumber: number
  /** Settings of the interface, by number. */
  readonly alternates: readonly UsbAlternate[]
  readonly functional: DfuFunctional
  /** Memories by alternate setting; empty for plain DFU. */
  readonly memories: ReadonlyMap<number, MemoryLayout>
  readonly dialect: 'dfu' | 'dfuse'
  readonly identity: Identity
}

const facesOf = (device: UsbDescription): readonly UsbAlternate[] => {
  const faces = device.alternates.filter(
    ({ interfaceClass, subclass }) => interfaceClass === dfuClass.interfaceClass && subclass === dfuClass.subclass,
  )
  if (faces.length === 0) throw new FlashError('DFU_NO_INTERFACE', { device: idsOf(device) })
  // One interface counts: that in DFU mode, else the first.
  const [first] = faces
  const chosen = faces.find(({ protocol }) => protocol !== runTime) ?? first
  return faces.filter(({ interfaceNumber }) => interfaceNumber === chosen?.interfaceNumber)
}

const functionalOfDevice = async (link: UsbLink, interfaceNumber: number, signal: AbortSignal) => {
  const read = (length: number) => link.controlIn(getDescriptor, length, DESCRIPTOR_MS, signal)
  try {
    const head = await read(9)
    const total = (head[2] ?? 0) | ((head[3] ?? 0) << 8)
    return functionalOf(await read(total), interfaceNumber) ?? unknownFunctional
  } catch (error) {
    if (error instanceof UsbTransferError) return unknownFunctional
    throw error
  }
}

/** Whether the device is still beside its application. Some bootloaders say so wrongly: their state tells. */
const isRunTime = async (session: DfuSession, faces: readonly UsbAlternate[]): Promise<boolean> => {
  if (faces.every(({ protocol }) => protocol !== runTime)) return false
  try {
    const { state } = await session.status('GETSTATUS')
    return state === 'appIDLE' || state === 'appDETACH'
  } catch (error) {
    // Applications need not answer (USB DFU 1.1, 6.1.2: only DETACH, GETSTATUS and GETSTATE are there, and many have DETACH alone).
    if (error instanceof FlashError) return true
    throw error
  }
}

/** Has the application start the bootloader, and waits until that is there. @throws FlashError DFU_NOT_RETURNED. */
const detach = async (session: DfuSession, functional: DfuFunctional, signal: AbortSignal): Promise<void> => {
  const { link } = session
  try {
    await session.detach(functional.detachMs)
    if (!functional.willDetach) await link.reset()
  } catch (error) {
    // It may be gone before it has answered.
    if (!(error instanceof LinkLostError || error instanceof UsbTransferError) || signal.aborted) throw error
  }
  await returned(link, RETURN_MS, signal)
}

/** Waits for the device to come back. @throws FlashError DFU_NOT_RETURNED. */
export const returned = async (link: UsbLink, ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await link.reattach(ms, signal)
  } catch (error) {
    if (!(error instanceof LinkLostError)) throw error
    throw new FlashError('DFU_NOT_RETURNED', { seconds: ms / 1000 }, { cause: error })
  }
}

const plain = (id: string): string => id.toLowerCase().replace(/^0x/, '')

const checkIds = (device: UsbDescription, { vendorId, productId }: DfuOptions): void => {
  const [vendor, product] = [plain(vendorId), plain(productId)]
  if ((vendor === '' || vendor === device.vendorId) && (product === '' || product === device.productId)) return
  throw new FlashError('DFU_OTHER_DEVICE', {
    found: idsOf(device),
    wanted: `${vendor || '****'}:${product || '****'}`,
  })
}

/** Which of the two the device speaks. @throws FlashError DFU_DIALECT. */
const dialectOf = (
  { version }: DfuFunctional,
  memories: ReadonlyMap<number, MemoryLayout>,
  wanted: DfuOptions['dialect'],
): Met['dialect'] => {
  // Some devices that name their memory have a wrong version.
  const found = version === dfuSeVersion || memories.size > 0 ? 'dfuse' : 'dfu'
  // A block that is a command in the one is an image in the other.
  if (wanted !== 'auto' && wanted !== found) throw new FlashError('DFU_DIALECT', { wanted, found })
  return found
}

/**
 * The identity of what is plugged in, without a change: an application is not left.
 * @throws FlashError, LinkLostError, the signal's reason.
 */
export const identifyDfu = async ({ link, signal, emit, clock }: IdentifyJob<'usb'>): Promise<Identity> => {
  emit({ kind: 'phase', phase: 'connecting' })
  const device = await link.describe()
  const faces = facesOf(device)
  const [face] = faces
  signal.throwIfAborted()
  if (face) await link.claim(face.interfaceNumber, face.alternate)
  emit({ kind: 'phase', phase: 'identifying' })
  const identity = identityOf(device, await isRunTime(new DfuSession(link, clock, signal), faces))
  emit({ kind: 'identity', identity })
  return identity
}

/** Brings the device into DFU mode and to dfuIDLE. @throws FlashError, LinkLostError, the signal's reason. */
export const enterDfu = async (job: IdentifyJob<'usb'>): Promise<Met> => {
  const { link, clock, signal, emit } = job
  const options = DfuOptions.parse(job.options)
  const meet = async () => {
    signal.throwIfAborted()
    const device = await link.describe()
    const alternates = facesOf(device)
    const [face] = alternates
    if (!face) throw new FlashError('DFU_NO_INTERFACE', { device: idsOf(device) })
    await link.claim(face.interfaceNumber, face.alternate)
    const session = new DfuSession(link, clock, signal)
    return { device, alternates, session, interfaceNumber: face.interfaceNumber }
  }
  emit({ kind: 'phase', phase: 'connecting' })
  let met = await meet()
  let functional = await functionalOfDevice(link, met.interfaceNumber, signal)
  if (await isRunTime(met.session, met.alternates)) {
    emit({ kind: 'log', level: 'info', text: `${idsOf(met.device)} runs its application: DETACH` })
    await detach(met.session, functional, signal)
    met = await meet()
    functional = await functionalOfDevice(link, met.interfaceNumber, signal)
    if (await isRunTime(met.session, met.alternates))
      throw new FlashError('DFU_NOT_RETURNED', { seconds: RETURN_MS / 1000 })
  }
  checkIds(met.device, options)
  const memories = new Map(
    met.alternates.flatMap(({ alternate, name }) => {
      const layout = parseMemoryLayout(name)
      return layout ? [[alternate, layout] as const] : []
    }),
  )
  const dialect = dialectOf(functional, memories, options.dialect)
  emit({ kind: 'phase', phase: 'identifying' })
  await met.session.idle()
  const identity = identityOf(met.device, false)
  emit({ kind: 'identity', identity })
  emit({
    kind: 'log',
    level: 'info',
    text: `${idsOf(met.device)} · ${dialect} · ${functional.transferSize} bytes a block`,
  })
  for (const { alternate, name } of met.alternates)
    if (name !== '') emit({ kind: 'log', level: 'info', text: `${alternate}: ${name}` })
  return { ...met, options, functional, memories, dialect, identity }
}
