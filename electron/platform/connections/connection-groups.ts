/** A counted connection; a group is the connections of one address on one listener. */
interface Member {
  readonly group: string
}

/** Connections in one state, oldest first, in total and by group. */
export class ConnectionGroups<M extends Member> {
  readonly #all = new Set<M>()
  readonly #groups = new Map<string, Set<M>>()

  get size(): number {
    return this.#all.size
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#all.values()
  }

  add(member: M): void {
    this.#all.add(member)
    const others = this.#groups.get(member.group)
    if (others) others.add(member)
    else this.#groups.set(member.group, new Set([member]))
  }

  delete(member: M): void {
    this.#all.delete(member)
    const others = this.#groups.get(member.group)
    others?.delete(member)
    if (others?.size === 0) this.#groups.delete(member.group)
  }

  /** The connection to close for a new one: the oldest of its own group when that holds more than its share, else the oldest of all. */
  superfluous(group: string): M | undefined {
    const own = this.#groups.get(group)
    const share = this.#all.size / this.#groups.size
    const [oldest] = own && own.size >= share ? own : this.#all
    return oldest
  }
}
