;                              
import {         c,        } from './b'
import E, {        } from './e.js'
;                
export {               c }
;                                                              
;                               
;                      
;                                   
;                               
;                                            
;                                                               
;                                         
;                               
;                               
function over(              a     , b         , ...rest          )         { return `${a          }${b }` }
const g =     (x   )    => x
const h = async (
   
  x              
   
) => x
const k = (x         , { a, b }                           = {}       , [d]           = [1])              =>
  x  > 1
let d1 ;       
let u = x           ;         
(foo)()
let v = x                 
;[1].map        ((n) => String(n))
const w = new Map                       ()
const inst = over;       
const tag = t        `x`
class P {}
         class C    extends P                       {
                   x         = 1
  static #p ;       
         y ;       
  ;                
  ;                 
  ;                 
  ;                 
  w = 1;      
  ;       *gen()                    { yield 1 }
                     async foo    (            a    )                {}
  get;       
  other()       {}
  ;                     
  ;                     
  constructor(public_     ) { super() }
  readonly()       {}
  get v()         { return '' }
  set v(x        ) {}
          static [Symbol.iterator] ;       
  static { const a         = 1 }
}
for (const x of y            ) { }
for (let i         = 0; i < 3; i++) {}
try {} catch (e         ) {}
if (a < b && c > d) {}
const o = { m   (           x   )       {}, async *g(x        ) {} }
label: while (true) { break label }
export const fn = function    (x   )                 {}
const arrow = (a        )                     => a > 1 ? 'x' : undefined
const cond = a ? (b)    => d : e
let opt = a?.b .c [0];
do x;      
while (1)
export          class Q { }
;                                   
;                            
const big = a;        
