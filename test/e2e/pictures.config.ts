import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run pictures`: the screenshots of README and guides, taken anew. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['test/e2e/pictures.ts', 'test/e2e/bench-pictures.ts'],
    fileParallelism: false,
  },
})
