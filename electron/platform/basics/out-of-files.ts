/** Whether the system refused another file or socket: this process has all it may have (EMFILE), or the machine has (ENFILE). */
export const isOutOfFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
