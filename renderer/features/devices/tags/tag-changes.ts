import { DEVICE_TAGS_MAX } from '#shared/limits.ts'
import type { Device } from '#shared/schema.ts'

/** The tag limit of the contract. */
const TAG_LENGTH = 64

/** Tags as typed, trimmed, without duplicates. */
export const cleanTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== '')),
]

/** Whether they are valid. */
export const tagsFit = (tags: readonly string[]): boolean =>
  tags.length <= DEVICE_TAGS_MAX && tags.every((tag) => [...tag].length <= TAG_LENGTH)

/** The devices that change, and their new tags, when tags are added to and removed from several devices. */
export const tagChanges = (
  devices: readonly Pick<Device, 'id' | 'tags'>[],
  added: readonly string[],
  removed: readonly string[],
): readonly { readonly id: number; readonly tags: string[] }[] =>
  devices.flatMap(({ id, tags }) => {
    const next = cleanTags([...tags.filter((tag) => !removed.includes(tag)), ...added])
    const same = next.length === tags.length && next.every((tag) => tags.includes(tag))
    return same ? [] : [{ id, tags: next }]
  })
