import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_TAGS_MAX } from '#shared/limits.ts'
import { phrase, rulePhrase } from '#shared/phrase.ts'
import type { DeviceTagChange } from '#shared/schema.ts'
import type { PlatformContext } from '../store/platform-context.ts'

/** Devices per transaction, so that it takes a few milliseconds. */
const PIECE = 300

/** Tags of many devices at once. */
export const createTagging = ({ store, events }: PlatformContext) => {
  const { sql } = store
  const inside = (name: string): string => `(SELECT value FROM json_each(:${name}))`
  /** The first of these devices that does not exist or would have too many tags. */
  const fault = sql.prepare<unknown[], { id: number; name: string | null }>(`
    SELECT ids.value AS id, d.name AS name FROM json_each(:ids) ids LEFT JOIN devices d ON d.id = ids.value
    WHERE d.id IS NULL OR (SELECT count(*) FROM device_tags t WHERE t.device_id = d.id
      AND t.tag NOT IN ${inside('remove')} AND t.tag NOT IN ${inside('add')}) + json_array_length(:add) > ${DEVICE_TAGS_MAX} LIMIT 1`)
  const take = sql
    .prepare<unknown[], number>(
      `DELETE FROM device_tags WHERE device_id IN ${inside('ids')} AND tag IN ${inside('remove')} RETURNING device_id`,
    )
    .pluck()
  const give = sql
    .prepare<unknown[], number>(`
      INSERT INTO device_tags (device_id, tag, product_id) SELECT d.id, t.value, d.product_id
      FROM json_each(:ids) ids CROSS JOIN devices d ON d.id = ids.value CROSS JOIN json_each(:add) t WHERE true
      ON CONFLICT DO NOTHING RETURNING device_id`)
    .pluck()

  const refuse = (ids: string, add: string, remove: string): void => {
    const found = fault.get({ ids, add, remove })
    if (!found) return
    if (found.name === null) throw new DomainError('NOT_FOUND', { what: 'device', id: found.id })
    throw new DomainError('INVALID_FIELD', {
      field: 'add',
      rule: phrase('phrases.tagsOfDevice', { rule: rulePhrase('deviceTags'), name: found.name }),
    })
  }

  return {
    /**
     * Adds and removes tags of devices; a tag in both lists is added. If one device cannot be changed, none is.
     * @returns the number of changed devices.
     * @throws NOT_FOUND, INVALID_FIELD when a device would have too many tags.
     */
    async change(wanted: z.output<typeof DeviceTagChange>): Promise<{ changed: number }> {
      const ids = [...new Set(wanted.deviceIds)]
      const add = JSON.stringify([...new Set(wanted.add)])
      const remove = JSON.stringify(wanted.remove.filter((tag) => !wanted.add.includes(tag)))
      const pieces = Array.from({ length: Math.ceil(ids.length / PIECE) }, (_, n) =>
        JSON.stringify(ids.slice(n * PIECE, (n + 1) * PIECE)),
      )
      for (const piece of pieces) {
        refuse(piece, add, remove)
        await new Promise((resolve) => setImmediate(resolve))
      }
      const changed = new Set<number>()
      for (const piece of pieces) {
        const touched = await store.write(() => {
          refuse(piece, add, remove)
          return [...take.all({ ids: piece, remove }), ...give.all({ ids: piece, add })]
        })
        for (const id of touched) changed.add(id)
      }
      for (const id of changed) events.emit('device', id)
      return { changed: changed.size }
    },
  }
}
