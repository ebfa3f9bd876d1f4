/** What commands of a profile may contain in braces. */
export const placeholders: readonly string[] = ['url', 'urlLength', 'scheme', 'host', 'port', 'path', 'size', 'file']

/** The package that a module is told of, and where it is. */
export interface AtPackage {
  /** As the recipe names it. */
  readonly name: string
  readonly size: number
  /** '' where the module is not given one. */
  readonly url: string
}

/** A name that every module's file system and every quoted argument takes. */
export const moduleFileName = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^[._-]+/, '')
  return plain.slice(-48) || 'update.bin'
}

/** Fills a command. The values have no quotes or control characters, so the command stays one. */
export const fillCommand = (template: string, { name, size, url }: AtPackage): string => {
  const { protocol, hostname, port, pathname } =
    url === '' ? { protocol: '', hostname: '', port: '', pathname: '' } : new URL(url)
  const values: Readonly<Record<string, string>> = {
    url,
    urlLength: String(url.length),
    scheme: protocol.replace(':', ''),
    host: hostname,
    port: port || (protocol === 'https:' ? '443' : '80'),
    path: pathname,
    size: String(size),
    file: moduleFileName(name),
  }
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  )
}
