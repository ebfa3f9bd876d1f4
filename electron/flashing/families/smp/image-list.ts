import { z } from 'zod'
import { FlashError, type Region } from '../../flasher.ts'
import { imageIn } from './image-rules.ts'
import { isNoImage } from './mcuboot-image.ts'

const flag = z.boolean().default(false)

/** An image of a unit's list; a flag that is left out is false (Zephyr, "SMP Groups", image management, state of images). */
const ListedImage = z.object({
  image: z.number().int().default(0),
  slot: z.number().int().default(0),
  version: z.string().default(''),
  hash: z.instanceof(Uint8Array).optional(),
  pending: flag,
  confirmed: flag,
  active: flag,
  permanent: flag,
})
export type ListedImage = z.infer<typeof ListedImage>

/** The list; only images that the unit holds for valid are in it. */
export const ImageList = z.object({ images: z.array(ListedImage) })

/** The slots and their sizes, where a unit tells them. */
export const SlotInfo = z.object({
  images: z.array(
    z.object({
      image: z.number().int(),
      slots: z.array(
        z.object({ slot: z.number().int(), size: z.number().optional(), upload_image_id: z.number().int().optional() }),
      ),
      max_image_size: z.number().optional(),
    }),
  ),
})

/** What a unit says of its requests (Zephyr, "SMP Groups", OS management, MCUmgr parameters). */
export const Params = z.object({ buf_size: z.number().int().min(1), buf_count: z.number().int().optional() })

/** Bytes that an upload with this number may have; undefined: the unit does not tell. */
export const roomFor = ({ images }: z.infer<typeof SlotInfo>, number: number): number | undefined => {
  for (const { slots, max_image_size: most } of images) {
    const slot = slots.find(({ upload_image_id: id }) => id === number)
    if (slot) return most ?? slot.size
  }
  return undefined
}

/** An application always lists the image that runs; a bootloader runs none. */
export const isApplication = (images: readonly ListedImage[]): boolean => images.some(({ active }) => active)

/** The list in a line for the log. */
export const listText = (images: readonly ListedImage[]): string =>
  images
    .map((one) => {
      const flags = (['active', 'confirmed', 'pending', 'permanent'] as const).filter((name) => one[name])
      return [`image ${one.image} slot ${one.slot}: ${one.version || '?'}`, ...flags].join(' ')
    })
    .join(', ') || 'no valid image'

const isSame = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** The entries of the file's image: by its hash, or by its version where the unit lists no hashes. */
export const entriesOf = (images: readonly ListedImage[], { bytes }: Region): readonly ListedImage[] => {
  const image = imageIn(bytes)
  if (isNoImage(image)) return []
  const { hash, listedVersion } = image
  if (hash && images.some((one) => one.hash)) return images.filter((one) => one.hash && isSame(one.hash, hash))
  return images.filter(({ version }) => version === listedVersion)
}

/** @throws FlashError SMP_NOT_LISTED: the unit does not hold the file for a valid image. */
export const mustBeListed = (images: readonly ListedImage[], region: Region): readonly ListedImage[] => {
  const entries = entriesOf(images, region)
  if (entries.length === 0) throw new FlashError('SMP_NOT_LISTED', { name: region.name, list: listText(images) })
  return entries
}
