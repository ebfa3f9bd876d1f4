/** Switches of Chromium, Node and the systems' launchers that may appear among our options. */
const foreign =
  /^(-psn_.*|--(no-sandbox|inspect|inspect-brk|remote-debugging-port|remote-debugging-pipe|ozone-platform|ozone-platform-hint|disable-gpu|enable-logging|force-device-scale-factor|lang|user-data-dir|allow-file-access-from-files|original-process-start-time)(=.*)?)$/

/**
 * The station's options in Electron's `process.argv`. When run from the project, the first argument that is not a switch is the
 * application's path and our options follow it; when packaged, they follow the program.
 */
export const appArguments = (argv: readonly string[], packaged: boolean): string[] => {
  const words = argv.slice(1)
  const path = packaged ? -1 : words.findIndex((word) => !word.startsWith('-'))
  return words.slice(path + 1).filter((word) => !foreign.test(word))
}
