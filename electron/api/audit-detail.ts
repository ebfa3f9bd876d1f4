import { shownUrl, urlIn } from '#shared/sink-url.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Fields that are or may contain secrets: a device list contains the devices' secrets, custom information belongs to the device. */
const withheld =
  /secret|token|password|^(csv|customInfo|custom_info|unitData|path|upload|uploads|baseUpload|pin|current|ticket)$/i

const TEXT_LENGTH = 300
const ITEMS = 20

/** The input of a call as the audit log stores it: no secret, no long text, no long list. */
export const auditDetail = (input: unknown): Record<string, Json> | null => {
  const kept = keep(input)
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return null
  const { id: _, ...detail } = kept as Record<string, Json>
  return Object.keys(detail).length > 0 ? detail : null
}

/** An address may carry a password. */
const isAddress = (text: string): boolean => text.includes('://') && urlIn(text) !== undefined

const shortened = (text: string): string => (text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text)

const keep = (value: unknown): Json | undefined => {
  if (typeof value === 'string') return shortened(isAddress(value) ? shownUrl(value) : value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS).map((item) => keep(item) ?? null)
    return value.length > ITEMS ? [...items, `… ${value.length}`] : items
  }
  if (value === undefined || typeof value !== 'object') return undefined
  if (value instanceof Date) return value.toISOString()
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, Json][] => {
      if (withheld.test(name)) return []
      const kept = keep(member)
      return kept === undefined ? [] : [[name, kept]]
    }),
  )
}
