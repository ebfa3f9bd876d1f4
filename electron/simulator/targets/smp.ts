import type { Fault } from './faults.ts'
import { FaultyLine } from './faulty-line.ts'
import { type CborValue, cborMap, cborOf } from './smp-cbor.ts'
import { SmpLineBuffer, smpLines } from './smp-lines.ts'
import { emptySlot, foundIn, type SmpSlot, swapped } from './smp-slots.ts'
import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

/** `begin`: an upload's first chunk, which erases; `write`: a later one. */
export type SmpStep = 'echo' | 'params' | 'list' | 'begin' | 'write' | 'activate' | 'reset'

export interface SmpTargetOptions {
  readonly clock: TargetClock
  /** MCUboot's serial recovery, or a Zephyr application with two slots. */
  readonly mode: 'recovery' | 'application'
  /** Built without lines, base64 and CRC. */
  readonly raw?: boolean
  /** Bytes of the largest packet with length and CRC; longer ones are dropped in silence. */
  readonly most?: number
  /** Tells `most` when it is asked. */
  readonly tellsMost?: boolean
  /** Knows echo; MCUboot is usually built without. */
  readonly hasEcho?: boolean
  /** Lists hashes. */
  readonly hasHashes?: boolean
  /** Answers errors in the form of version 2. */
  readonly version2?: boolean
  readonly slotBytes?: number
  /** Tells the size of its slots. */
  readonly tellsSlots?: boolean
  /** Bytes that the flash writes at once. */
  readonly align?: number
  readonly eraseMs?: number
  readonly swapMs?: number
  /** An application without image management. */
  readonly takesNoImages?: boolean
  /** The numbers of images that it takes. */
  readonly images?: number
  /** Prints log lines between its answers. */
  readonly chatty?: boolean
  /** Loses power once when an upload has reached this offset. */
  readonly resetsAt?: number
  /** Asks for this offset for ever. */
  readonly stuckAt?: number
  /** Listens only from this moment on, milliseconds after it was plugged in. */
  readonly listensAfterMs?: number
  /** Bytes of the first image's first slot at plug-in. */
  readonly running?: Uint8Array
  /** Rejects images: their signature is of another key. */
  readonly wrongKey?: boolean
  /** Has USB of its own: each restart takes it off the bus. */
  readonly leavesBus?: boolean
  /** Runs a program without SMP until its port is opened at 1200 baud and left. */
  readonly needsTouch?: boolean
  /** Runs a program without SMP until it is reset by RTS while DTR holds its button. */
  readonly needsLines?: boolean
  readonly faults?: readonly Fault<SmpStep>[]
}

type Body = Readonly<Record<string, CborValue>>
type Reply = Body | { readonly rc: number } | undefined

/** rc of SMP (Zephyr, "SMP Protocol Specification"). */
const rc = { invalid: 3, noEntry: 5, badState: 6, notSupported: 8 } as const

interface Upload {
  readonly image: number
  readonly length: number
  at: number
}

/** A unit that takes images by SMP, as MCUboot or a Zephyr application does (MCUboot, boot_serial; Zephyr, "SMP Groups"). */
export class SmpTarget implements Target {
  /** By number of the image: first and second slot. */
  readonly images: (readonly [SmpSlot, SmpSlot])[]
  /** Slots that were erased. */
  erased = 0
  #line: FaultyLine<SmpStep>
  #wire: TargetLine
  readonly #options: SmpTargetOptions
  #baudRate = 115_200
  #isInReset = false
  readonly #lines: SmpLineBuffer
  readonly #listensAt: number
  #raw: number[] = []
  #isRunning = true
  #upload: Upload | undefined
  #hasLostPower = false
  #isRecovery: boolean
  /** The request in hand is answered in version 2. */
  #isSecond = false

  constructor(line: TargetLine, options: SmpTargetOptions) {
    const { most = 512, slotBytes = 64 * 1024, images = 1, running } = options
    this.#line = new FaultyLine(line, options.faults)
    this.#wire = line
    this.#options = options
    this.#isRunning = !options.needsTouch && !options.needsLines
    this.#lines = new SmpLineBuffer(most)
    this.#listensAt = options.clock.now() + (options.listensAfterMs ?? 0)
    this.#isRecovery = options.mode === 'recovery'
    this.images = Array.from({ length: images }, () => [emptySlot(slotBytes), emptySlot(slotBytes)] as const)
    const first = this.images[0]?.[0]
    if (first && running) {
      first.flash.set(running)
      first.size = running.length
      first.confirmed = true
    }
  }

  /** Whether the program of an image runs, confirmed. */
  get runs(): SmpSlot | undefined {
    return this.images[0]?.[0]
  }

  /** The unit is on the bus again, with what it holds. */
  replug(line: TargetLine): void {
    this.#wire = line
    this.#line = new FaultyLine(line)
  }

  configure({ baudRate }: LineSettings): void {
    this.#baudRate = baudRate
  }

  setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): void {
    if (this.#options.needsTouch && this.#baudRate === 1200 && !dtr) {
      this.#isRunning = true
      if (this.#options.leavesBus) this.#wire.unplug()
    }
    if (this.#options.needsLines && this.#isInReset && !rts) this.#isRunning = dtr
    this.#isInReset = rts
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isRunning || this.#line.isDead || this.#options.clock.now() < this.#listensAt) return
    for (const packet of this.#options.raw ? this.#rawPackets(bytes) : this.#lines.push(bytes)) this.#packet(packet)
  }

  #rawPackets(bytes: Uint8Array): Uint8Array[] {
    this.#raw.push(...bytes)
    const packets: Uint8Array[] = []
    while (this.#raw.length >= 8) {
      const size = 8 + (((this.#raw[2] ?? 0) << 8) | (this.#raw[3] ?? 0))
      if (size > (this.#options.most ?? 512)) this.#raw = []
      if (this.#raw.length < size) break
      packets.push(Uint8Array.from(this.#raw.splice(0, size)))
    }
    return packets
  }

  #packet(packet: Uint8Array): void {
    const [first = 0, , high = 0, low = 0, groupHigh = 0, groupLow = 0, sequence = 0, command = 0] = packet
    const op = first & 7
    const version = first >> 3
    // MCUboot knows no version bits; an application answers in the version that it is asked in.
    if (packet.length < 8 || (op !== 0 && op !== 2) || version > (this.#isRecovery ? 0 : 1)) return
    this.#isSecond = this.#options.version2 === true || version === 1
    const body = cborMap(packet.subarray(8, 8 + ((high << 8) | low)))
    const group = (groupHigh << 8) | groupLow
    const send = (reply: Body): void => this.#send([op + 1, 0], [groupHigh, groupLow, sequence, command], reply)
    if (!body) {
      send({ rc: rc.invalid })
      return
    }
    this.#say('request')
    const step = this.#stepOf(op, group, command, body)
    const fault = step && this.#line.at(step)
    if (this.#line.isDead || fault === 'lose-byte') return
    if (fault === 'nack') {
      send(this.#failure(rc.badState, group))
      return
    }
    const reply = this.#reply(step, group, command, body)
    if (!reply) return
    const later = step === 'begin' ? (this.#options.eraseMs ?? 0) : 0
    const answer = (): void => {
      send('rc' in reply && reply.rc !== 0 ? this.#failure(Number(reply.rc), group) : reply)
      if (step === 'reset') this.#restart()
    }
    if (later > 0) this.#options.clock.after(later, answer)
    else answer()
  }

  #failure(code: number, group: number): Body {
    return this.#isSecond ? { err: { group, rc: code } } : { rc: code }
  }

  #send(start: readonly number[], end: readonly number[], reply: Body): void {
    const body = cborOf(reply)
    const packet = [
      (start[0] ?? 0) | (this.#isSecond ? 8 : 0),
      0,
      body.length >> 8,
      body.length & 0xff,
      ...end,
      ...body,
    ]
    this.#say('answer')
    this.#line.send(...(this.#options.raw ? packet : smpLines(packet)))
  }

  #say(text: string): void {
    if (this.#options.chatty && !this.#options.raw && !this.#line.isDead)
      this.#line.say(`\u001b[0m[00:00:01.000] <inf> smp: ${text}\r\n\u001b[1;32muart:~$ \u001b[m`)
  }

  #stepOf(op: number, group: number, command: number, body: Body): SmpStep | undefined {
    if (group === 0) return ({ 0: 'echo', 5: 'reset', 6: 'params' } as const)[command]
    if (group !== 1) return undefined
    if (command === 0) return op === 0 ? 'list' : 'activate'
    return command === 1 ? (body.off === 0 ? 'begin' : 'write') : undefined
  }

  #reply(step: SmpStep | undefined, group: number, command: number, body: Body): Reply {
    const { hasEcho = !this.#isRecovery, tellsMost, tellsSlots, most = 512 } = this.#options
    if (step === 'echo') return hasEcho ? { r: body.d ?? '' } : { rc: rc.notSupported }
    if (step === 'params') return tellsMost ? { buf_size: most, buf_count: 1 } : { rc: rc.notSupported }
    if (step === 'reset') return this.#isRecovery ? { rc: 0 } : {}
    if (group === 1 && this.#options.takesNoImages) return { rc: rc.notSupported }
    if (step === 'list') return this.#list()
    if (step === 'activate') return this.#activate(body)
    if (step === 'begin' || step === 'write') return this.#chunk(body)
    if (group === 1 && command === 6 && tellsSlots) return this.#slots()
    return { rc: rc.notSupported }
  }

  /** The number of the slot that uploads go to: recovery writes where the program runs. */
  get #uploadSlot(): 0 | 1 {
    return this.#isRecovery ? 0 : 1
  }

  #slots(): Body {
    const images = this.images.map((slots, image) => ({
      image,
      slots: slots.map(({ flash }, slot) => ({
        slot,
        size: flash.length,
        ...(slot === this.#uploadSlot && { upload_image_id: image }),
      })),
    }))
    return { images }
  }

  #list(): Body {
    const { hasHashes = true, wrongKey = false } = this.#options
    const images = this.images.flatMap((slots, image) =>
      slots.flatMap((slot, at) => {
        const found = foundIn(slot)
        const isOurs = this.erased > 0 && at === this.#uploadSlot
        if (!found || (wrongKey && isOurs)) return []
        const flags = {
          ...(slot.pending && { pending: true }),
          ...(slot.permanent && { permanent: true }),
          ...(slot.confirmed && { confirmed: true }),
          ...(at === 0 && { active: true }),
        }
        return [
          {
            ...(this.images.length > 1 && { image }),
            slot: at,
            version: found.version,
            ...(hasHashes && { hash: found.hash }),
            ...(!this.#isRecovery && flags),
          },
        ]
      }),
    )
    return { images, ...(!this.#isRecovery && { splitStatus: 0 }) }
  }

  #activate({ hash, confirm }: Body): Reply {
    if (this.#isRecovery) return { rc: rc.notSupported }
    if (hash === undefined && confirm === true) {
      for (const [first, second] of this.images) {
        first.confirmed = true
        second.confirmed = false
      }
      return this.#list()
    }
    for (const slots of this.images)
      for (const [at, slot] of slots.entries()) {
        const found = foundIn(slot)
        if (!found || !(hash instanceof Uint8Array) || !Buffer.from(found.hash).equals(hash)) continue
        if (at === 0 && confirm !== true) continue
        if (at === 1 && slots.some(({ pending }) => pending)) return { rc: rc.badState }
        if (at === 0) slot.confirmed = true
        else {
          slot.pending = true
          slot.permanent = confirm === true
        }
        return this.#list()
      }
    return { rc: rc.noEntry }
  }

  #chunk(body: Body): Reply {
    const { align = 4, resetsAt, stuckAt } = this.#options
    const { off, data, len, image = 0 } = body
    if (typeof off !== 'number' || !(data instanceof Uint8Array)) return { rc: rc.invalid }
    if (off === 0) {
      const slot = typeof image === 'number' ? this.images[image]?.[this.#uploadSlot] : undefined
      if (!slot || typeof len !== 'number' || len > slot.flash.length) return { rc: rc.invalid }
      // A slot whose image is needed: it is to be started, or to be gone back to.
      if (slot.pending || (!this.#isRecovery && slot.confirmed)) return { rc: rc.badState }
      slot.flash.fill(0xff)
      slot.size = len
      this.erased += 1
      this.#upload = { image: image as number, length: len, at: 0 }
    }
    const upload = this.#upload
    if (upload && resetsAt !== undefined && upload.at >= resetsAt && !this.#hasLostPower) {
      this.#hasLostPower = true
      this.#upload = undefined
      return undefined
    }
    if (!upload || off !== upload.at) return { rc: 0, off: upload?.at ?? 0 }
    if (stuckAt !== undefined && upload.at >= stuckAt) return { rc: 0, off: upload.at }
    const isLast = upload.at + data.length === upload.length
    const whole = isLast ? data.length : data.length - (data.length % align)
    if (upload.at + whole > upload.length) return { rc: rc.invalid }
    this.images[upload.image]?.[this.#uploadSlot].flash.set(data.subarray(0, whole), upload.at)
    upload.at += whole
    const isWhole = upload.at === upload.length && !this.#isRecovery
    return { ...(this.#isRecovery && { rc: 0 }), off: upload.at, ...(isWhole && { match: true }) }
  }

  /** The unit starts anew: a bootloader leaves for its program, an application comes back after a swap. */
  #restart(): void {
    this.#isRunning = false
    this.#upload = undefined
    const isSwapping = this.images.some((slots) => slots.some(({ pending }) => pending))
    this.images.splice(0, this.images.length, ...this.images.map(swapped))
    if (this.#options.leavesBus) this.#wire.unplug()
    if (this.#isRecovery) return
    this.#options.clock.after(isSwapping ? (this.#options.swapMs ?? 8_000) : 500, () => {
      this.#isRunning = true
      this.#line.say('*** Booting Zephyr OS ***\r\n')
    })
  }
}

/** A unit that can be plugged into a line. */
export const smpTarget =
  (options: SmpTargetOptions) =>
  (line: TargetLine): SmpTarget =>
    new SmpTarget(line, options)
