import fc from 'fast-check'

const images = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 2000 }).map((bytes) => Uint8Array.from(bytes)),
)

/** Some bytes changed. */
const mutated = (image: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array => {
  const copy = Uint8Array.from(image)
  for (const [at, value] of changes) if (image.length > 0) copy[at % image.length] = value
  return copy
}

/** Pairs of an old and a new image: unrelated, equal, empty, with bytes changed, inserted, removed, and with halves exchanged. For tests. */
export const imagePair: fc.Arbitrary<readonly [before: Uint8Array, after: Uint8Array]> = fc.oneof(
  fc.tuple(images, images),
  images.map((image) => [image, image] as const),
  images.map((image) => [new Uint8Array(0), image] as const),
  images.map((image) => [image, new Uint8Array(0)] as const),
  fc
    .tuple(images, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }))
    .map(([image, changes]) => [image, mutated(image, changes)] as const),
  fc
    .tuple(images, fc.uint8Array({ maxLength: 40 }), fc.nat(2000))
    .map(
      ([image, piece, at]) =>
        [image, Uint8Array.from([...image.subarray(0, at), ...piece, ...image.subarray(at)])] as const,
    ),
  fc
    .tuple(images, fc.nat(2000))
    .map(([image, at]) => [image, Uint8Array.from([...image.subarray(at), ...image.subarray(0, at)])] as const),
)

/**
 * Two versions of a made-up program: functions of instructions with addresses in them, some changed, added and moved,
 * so that every address behind them shifts. Always the same bytes.
 * @param size about so many bytes each
 */
export const programPair = (size: number): readonly [before: Uint8Array, after: Uint8Array] => {
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
  const sizes: number[] = []
  for (let sum = 0; sum < size; ) {
    const words = 8 + random(60)
    sizes.push(words)
    sum += words * 4
  }
  // Every third word is a call of another function, the others are opcodes of a small vocabulary.
  const bodies = sizes.map((words) =>
    Array.from({ length: words }, () => [random(sizes.length), random(4000)] as const),
  )
  const link = (order: readonly number[], extra: ReadonlyMap<number, number>): Uint8Array => {
    const starts = new Int32Array(bodies.length)
    let end = 0
    for (const index of order) {
      starts[index] = end
      end += ((bodies[index]?.length ?? 0) + (extra.get(index) ?? 0)) * 4
    }
    const image = Buffer.alloc(end)
    for (const index of order) {
      let at = starts[index] as number
      for (const [word, [callee, opcode]] of (bodies[index] ?? []).entries()) {
        image.writeUInt32LE(word % 3 === 2 ? 0x08000000 + (starts[callee] as number) : 0xe000_0000 + opcode * 65537, at)
        at += 4
      }
      for (let i = 0; i < (extra.get(index) ?? 0); i++, at += 4) image.writeUInt32LE(0xe100_0000 + i * 7919, at)
    }
    return new Uint8Array(image)
  }
  const order = [...sizes.keys()]
  const moved = order.toSpliced(3, 2).toSpliced(order.length >> 1, 0, 3, 4)
  const grown = new Map([7, 19, 40, 90].map((index) => [index, 5] as const))
  return [link(order, new Map()), link(moved, grown)]
}
