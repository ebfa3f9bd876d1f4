import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { formerPackageFormats, packageFormats } from '#shared/limits.ts'
import { Settings, type SettingsPatch } from '#shared/schema.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { keyValues } from '../store/schema.ts'

const defaults: Settings = {
  maxPackageBytes: 1000 * 1024 * 1024,
  packageFormats: [...packageFormats],
  downloadUrlSeconds: 24 * 3600,
  rollbackMinutes: 10,
  reconnectGraceSeconds: 30,
  staticRsa: true,
  repeatByEngineers: false,
  logLevel: 'info',
  programmers: [],
}

const SETTINGS = 'settings'

const isFormerList = (formats: readonly string[] | undefined): boolean =>
  formats?.join(' ') === formerPackageFormats.join(' ')

/**
 * What is stored, as far as it is valid: a setting that is not, e.g. of a newer version, falls back to its default and leaves the others
 * as they are. A change stores all settings, so a list of formats that equals the former default is that default.
 */
export const storedSettings = (stored: unknown): Partial<Settings> => {
  if (typeof stored !== 'object' || stored === null) return {}
  const valid = Object.entries(stored).filter(
    ([key, value]) => Settings.partial().safeParse({ [key]: value }).success && key in Settings.shape,
  )
  const { packageFormats: formats, ...rest } = Settings.partial().parse(Object.fromEntries(valid))
  return formats === undefined || isFormerList(formats) ? rest : { ...rest, packageFormats: formats }
}

export type SettingsService = ReturnType<typeof createSettings>

/** Limits that a user may change, and the station's own secrets. */
export const createSettings = ({ store, random }: Pick<PlatformContext, 'store' | 'random'>) => {
  const { db } = store
  const read = (key: string): unknown => db.select().from(keyValues).where(eq(keyValues.key, key)).get()?.value
  const put = (key: string, value: unknown): void => {
    db.insert(keyValues).values({ key, value }).onConflictDoUpdate({ target: keyValues.key, set: { value } }).run()
  }
  let current: Settings = { ...defaults, ...storedSettings(read(SETTINGS)) }
  const listeners: ((settings: Settings) => void)[] = []

  return {
    get: (): Settings => current,

    async update(patch: z.output<typeof SettingsPatch>): Promise<Settings> {
      const next: Settings = { ...current, ...patch }
      await store.write(() => put(SETTINGS, next))
      current = next
      for (const listener of listeners) listener(next)
      return next
    },

    /** Calls after every change that is on disk. */
    onChange(listener: (settings: Settings) => void): void {
      listeners.push(listener)
    },

    /** The internal value stored under a name; undefined when there is none. */
    kept: (name: string): unknown => read(`kept:${name}`),

    /** Stores an internal value under a name, or deletes it when undefined; resolves once that is on disk. */
    async keep(name: string, value: unknown): Promise<void> {
      const key = `kept:${name}`
      await store.write(() => {
        if (value === undefined) db.delete(keyValues).where(eq(keyValues.key, key)).run()
        else put(key, value)
      })
    },

    /** A secret of this station by name, created at first use and stored: 32 random bytes. */
    async secret(name: string): Promise<Buffer> {
      const key = `secret:${name}`
      const there = read(key)
      if (typeof there === 'string') return Buffer.from(there, 'base64url')
      const made = random.token(32)
      await store.write(() => put(key, made))
      return Buffer.from(made, 'base64url')
    },
  }
}
