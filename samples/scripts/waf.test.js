import { test, assert, route } from "penstock:test";

const waf = () => route("waf.js");

test("attacks are refused", async () => {
  for (const target of ["/?q=1+UNION+ALL+SELECT+1", "/?id=1%20or%201=1", "/?q=%3Cscript%3E", "/?file=../../etc/passwd"]) {
    assert.equal((await waf().fetch(target)).status, 403, target);
  }
});

test("what people ask for is not", async () => {
  for (const target of ["/?q=trade+union+news", "/orders/1", "/?q=script+writing", "/?q=%zz"]) {
    assert.equal((await waf().fetch(target)).status, 200, target);
  }
});
