/** MQTT 3.1.1 as far as load generators need it: packets are made and cut by hand, so that the clients cost less than the broker. */

const utf8 = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

const packet = (first: number, body: Uint8Array): Buffer => {
  const length: number[] = []
  let rest = body.length
  do {
    length.push((rest % 128) | (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

/** Clean session, a minute of keep-alive. */
export const connectPacket = (clientId: string, username: string, password: string): Buffer =>
  packet(
    0x10,
    Buffer.concat([utf8('MQTT'), Buffer.from([4, 0xc2, 0, 60]), utf8(clientId), utf8(username), utf8(password)]),
  )

export const subscribePacket = (id: number, topic: string): Buffer =>
  packet(0x82, Buffer.concat([Buffer.from([id >> 8, id & 255]), utf8(topic), Buffer.from([1])]))

/** At QoS 1. */
export const publishPacket = (id: number, topic: string, payload: string): Buffer =>
  packet(0x32, Buffer.concat([utf8(topic), Buffer.from([id >> 8, id & 255]), Buffer.from(payload)]))

export const pubackPacket = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 255])

export const pingPacket = Buffer.from([0xc0, 0])

/** What a broker sends that is counted. */
export type Arrival =
  | { readonly kind: 'connected' | 'refused' | 'subscribed' | 'other' }
  | { readonly kind: 'published'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'acknowledged'; readonly id: number }

const arrivalOf = (first: number, body: Buffer): Arrival => {
  switch (first >> 4) {
    case 2:
      return { kind: body[1] === 0 ? 'connected' : 'refused' }
    case 3: {
      const topicBytes = body.readUInt16BE(0)
      return { kind: 'published', id: (first & 6) === 0 ? 0 : body.readUInt16BE(2 + topicBytes), bytes: body.length }
    }
    case 4:
      return { kind: 'acknowledged', id: body.readUInt16BE(0) }
    case 9:
      return { kind: body[2] === 128 ? 'refused' : 'subscribed' }
    default:
      return { kind: 'other' }
  }
}

/** Cuts what arrives into packets, wherever the pieces end. */
export const packetReader = (take: (arrival: Arrival) => void): ((chunk: Buffer) => void) => {
  let kept: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
    let at = 0
    for (;;) {
      let length = 0
      let header = 1
      let digit = 128
      while (digit >= 128 && at + header < bytes.length) {
        digit = bytes[at + header] as number
        length += (digit & 127) * 128 ** (header - 1)
        header++
      }
      if (digit >= 128 || at + header + length > bytes.length) break
      take(arrivalOf(bytes[at] as number, bytes.subarray(at + header, at + header + length)))
      at += header + length
    }
    kept = bytes.subarray(at)
  }
}
