import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions } from 'vite'

const here = (path: string): string => resolve(import.meta.dirname, path)

/** What only runs as it is: native code, and the module that Electron itself provides. */
const external = ['electron', 'better-sqlite3', '@serialport/bindings-cpp', 'usb']

/** A program for Node 22 and newer or Electron's Node, with every pure JavaScript dependency inside: start-up reads few files. */
const program = (input: Record<string, string>, format: 'es' | 'cjs', extension: string): EnvironmentOptions => ({
  consumer: 'server',
  resolve: { noExternal: true, external, conditions: ['node', 'import', 'default'], mainFields: ['module', 'main'] },
  build: {
    outDir: here('dist'),
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'node24',
    minify: false,
    license: { fileName: `licenses-of-${Object.keys(input)[0]}.md` },
    sourcemap: true,
    rolldownOptions: {
      input,
      external,
      platform: 'node',
      output: { format, entryFileNames: `[name].${extension}`, chunkFileNames: `[name]-[hash].${extension}` },
    },
  },
})

export default defineConfig({
  root: here('renderer'),
  base: './',
  plugins: [react()],
  environments: {
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome140',
        chunkSizeWarningLimit: 4096,
        license: { fileName: 'licenses.md' },
        rolldownOptions: { input: { index: here('renderer/index.html') } },
      },
    },
    // One classic script: browsers load a service worker without imports, and it answers for what lies beside it and below. Built after the
    // client, which empties the folder.
    offlinePage: {
      consumer: 'client',
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: false,
        copyPublicDir: false,
        target: 'chrome140',
        rolldownOptions: {
          input: { away: here('renderer/offline-page/worker.ts') },
          output: { format: 'iife', entryFileNames: 'away.js' },
        },
      },
    },
    main: program({ main: here('electron/main.ts') }, 'es', 'js'),
    preload: program({ preload: here('electron/preload.ts') }, 'cjs', 'cjs'),
    station: program(
      {
        'station-process': here('electron/station-process.ts'),
        run: here('electron/process/run.ts'),
        options: here('electron/options.ts'),
        'simulator-worker': here('electron/simulator/worker.ts'),
        'database-worker': here('electron/platform/backup/database-worker.ts'),
        'diff-worker': here('electron/platform/delta-engine/worker.ts'),
        'image-worker': here('electron/flashing/bench/image-worker.ts'),
      },
      'es',
      'js',
    ),
  },
  builder: {},
})
