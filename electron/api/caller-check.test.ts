import { describe, expect, it } from 'vitest'
import { isTrustedCaller, presentedToken, sameSecret } from './caller-check.ts'

const listening = { host: '127.0.0.1', port: 7420 }
const trusted = (headers: Record<string, string>, at = listening) => isTrustedCaller(headers, at)

describe('who may call the operator side', () => {
  it('takes a program on this machine and its own page', () => {
    expect(trusted({ host: '127.0.0.1:7420' })).toBe(true)
    expect(trusted({ host: 'localhost:7420', origin: 'http://localhost:7420', 'sec-fetch-site': 'same-origin' })).toBe(
      true,
    )
    expect(trusted({ host: '[::1]:7420' })).toBe(true)
  })

  it('refuses a page of another origin', () => {
    expect(trusted({ host: '127.0.0.1:7420', origin: 'http://evil.example' })).toBe(false)
    expect(trusted({ host: '127.0.0.1:7420', origin: 'null' })).toBe(false)
    expect(trusted({ host: '127.0.0.1:7420', origin: 'http://127.0.0.1:8080' })).toBe(false)
    expect(trusted({ host: '127.0.0.1:7420', 'sec-fetch-site': 'cross-site' })).toBe(false)
  })

  it('refuses a name that was rebound to this machine', () => {
    expect(trusted({ host: 'evil.example:7420' })).toBe(false)
    expect(trusted({ host: 'evil.example:7420', origin: 'http://evil.example:7420' })).toBe(false)
    expect(trusted({ host: '127.0.0.1.evil.example:7420' })).toBe(false)
  })

  it('refuses another port, and a Host that is none', () => {
    expect(trusted({ host: '127.0.0.1:80' })).toBe(false)
    expect(trusted({ host: '127.0.0.1' })).toBe(false)
    expect(trusted({ host: '' })).toBe(false)
    expect(trusted({})).toBe(false)
    expect(trusted({ host: 'a b:7420' })).toBe(false)
  })

  it('takes any plain address of this machine where it was told to listen on all', () => {
    const all = { host: '0.0.0.0', port: 7420 }
    expect(trusted({ host: '192.168.1.5:7420', origin: 'http://192.168.1.5:7420' }, all)).toBe(true)
    expect(trusted({ host: 'evil.example:7420' }, all)).toBe(false)
  })

  it('reads the token from the header, and from the address only where that is allowed', () => {
    const url = new URL('http://127.0.0.1:7420/rpc?token=abc')
    expect(presentedToken({ authorization: 'Bearer xyz' }, url, true)).toBe('xyz')
    expect(presentedToken({}, url, true)).toBe('abc')
    expect(presentedToken({}, url, false)).toBeUndefined()
    expect(presentedToken({ authorization: 'Basic xyz' }, url, false)).toBeUndefined()
  })

  it('compares secrets of any length', () => {
    expect(sameSecret('abc', 'abc')).toBe(true)
    expect(sameSecret('abc', 'abcd')).toBe(false)
    expect(sameSecret('', 'a')).toBe(false)
  })
})
