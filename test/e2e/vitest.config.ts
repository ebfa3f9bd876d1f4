import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { vitestLimits } from '../limits.mjs'

/** Whole programs and browsers: two at a time, as each waits for the other half of its work. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/e2e/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    ...vitestLimits,
  },
})
