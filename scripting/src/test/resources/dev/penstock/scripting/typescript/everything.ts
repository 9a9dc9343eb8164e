import type { A } from './a.ts'
import { type B, c, type D } from './b'
import E, { type F } from './e.js'
export type { A }
export { type B as BB, c }
interface I<T = string> extends A { x: T; y?(a: number): void }
type U = { a: 1 } | `x${string}`
declare const q: number
declare function df(x: string): void
declare global { var z: string }
declare module 'm' { export const a: number }
namespace OnlyTypes { export type X = 1; export interface Y {} }
export default interface Foo { a: string }
function over(a: string): string
function over(a: number): string
function over(this: Window, a: any, b?: number, ...rest: string[]): string { return `${a as string}${b!}` }
const g = <T,>(x: T): T => x
const h = async <
  T
>(x: T): Promise<
  T
> => x
const k = (x?: number, { a, b }: { a: string; b: number } = {} as any, [d]: [number] = [1]): x is number =>
  x! > 1
let d1!: string
let u = x as unknown as number
(foo)()
let v = x satisfies number
;[1].map<string>((n) => String(n))
const w = new Map<string, Array<number>>()
const inst = over<string>
const tag = t<string>`x`
class P {}
abstract class C<T> extends P<T> implements I<T>, J {
  private readonly x: number = 1
  static #p?: string
  public y!: string
  declare z: string
  abstract m(): void
  abstract f: string
  [key: string]: any
  w = 1 as any
  private *gen(): Generator<number> { yield 1 }
  protected override async foo?<K>(this: C<T>, a?: K): Promise<void> {}
  get: string
  other(): void {}
  constructor(a: string)
  constructor(a: number)
  constructor(public_: any) { super() }
  readonly(): void {}
  get v(): string { return '' }
  set v(x: string) {}
  private static [Symbol.iterator]?: number
  static { const a: number = 1 }
}
for (const x of y as number[]) { }
for (let i: number = 0; i < 3; i++) {}
try {} catch (e: unknown) {}
if (a < b && c > d) {}
const o = { m<T>(this: any, x: T): void {}, async *g(x: number) {} }
label: while (true) { break label }
export const fn = function <T>(x: T): asserts x is T {}
const arrow = (a: number): string | undefined => a > 1 ? 'x' : undefined
const cond = a ? (b): c => d : e
let opt = a?.b!.c![0]!
do x as any
while (1)
export abstract class Q { }
export declare class R { x: string }
type G = typeof import('./x')
const big = a as const
