import type { SmpOptions } from '#shared/targets/smp.ts'
import { FlashError } from '../../flasher.ts'
import { LinkLostError, type SerialLink } from '../../transport.ts'
import { listenTo, type SmpClient } from './client.ts'
import { notSupported, requests } from './messages.ts'

/** A bootloader may listen for half a second after power-up only, so it is asked this often. */
const echoMs = 100
/** How long both lines are held: a reset, and a button that is still down when the bootloader looks. */
const resetMs = 100
const buttonMs = 250
/** Time at 1200 baud, after which a unit has seen it, and time until it has left. */
const touchMs = 300
const leaveMs = 700

type Pause = (ms: number) => Promise<void>

/** Restarts a unit into its bootloader, as far as its wiring or its program does this. */
const enterBootloader = async (
  link: SerialLink,
  { entry, baudRate }: Pick<SmpOptions, 'entry' | 'baudRate'>,
  pause: Pause,
): Promise<void> => {
  if (entry === 'lines') {
    // One line resets and the other is the button, or DTR alone resets; this order works for each wiring.
    await link.setLines({ dtr: true, rts: true })
    await pause(resetMs)
    await link.setLines({ dtr: true, rts: false })
    await pause(buttonMs)
    await link.setLines({ dtr: false, rts: false })
    return
  }
  if (entry === 'touch1200') {
    await link.configure({ baudRate: 1200 })
    await link.setLines({ dtr: false, rts: false })
    await pause(touchMs)
    await link.configure({ baudRate })
    await pause(leaveMs)
  }
  await listenTo(link)
}

const slipEnd = 0xc0
/** Whether the bytes hold a SLIP frame of Nordic's nRF5 SDK bootloader: it begins with the code of an answer, 0x60. */
const isNordicAnswer = (bytes: Uint8Array): boolean =>
  bytes.some((byte, at) => byte === 0x60 && (at === 0 || bytes[at - 1] === slipEnd) && bytes.indexOf(slipEnd, at) > 0)

/** What is wrong with a unit that did not answer. */
const silence = ({ words, strange }: SmpClient['output'], seconds: number): FlashError => {
  if (isNordicAnswer(strange)) return new FlashError('SMP_NORDIC_BOOTLOADER')
  return words === ''
    ? new FlashError('SMP_SILENT', { seconds })
    : new FlashError('SMP_OTHER_OUTPUT', { seconds, words })
}

/**
 * Asks until the unit answers; one that does not know the question is there, too.
 * @throws FlashError SMP_SILENT, SMP_OTHER_OUTPUT, SMP_NORDIC_BOOTLOADER, SMP_REFUSED.
 */
const awaitAnswer = async (client: SmpClient, seconds: number): Promise<void> => {
  const tries = Math.ceil((seconds * 1000) / echoMs)
  const request = requests.echo('ota')
  const answer = await client.ask(request, { timeoutMs: echoMs, tries })
  if (!answer) throw silence(client.output, seconds)
  if (answer.error && answer.error.rc !== notSupported)
    throw new FlashError('SMP_REFUSED', { command: request.name, error: answer.error.words })
}

/** Whether the port went away, as that of a unit with USB of its own does when it restarts. */
export const isGone = (error: unknown): boolean => error instanceof LinkLostError

/**
 * Brings a unit into its bootloader and waits for its first answer. A touch may take the unit off the bus; it is met where it returns.
 * @throws FlashError as `awaitAnswer`; LinkLostError.
 */
export const meetUnit = async (link: SerialLink, client: SmpClient, options: SmpOptions): Promise<void> => {
  try {
    await enterBootloader(link, options, (ms) => client.pause(ms))
    await awaitAnswer(client, options.startSeconds)
  } catch (error) {
    if (options.entry !== 'touch1200' || !isGone(error)) throw error
    await client.reconnect()
    await awaitAnswer(client, options.startSeconds)
  }
}
