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
