"""
The sealed room: everything that turns a person's words into bytes a thief cannot read.

Most callers need two functions: `seal.seal`, which needs only a public key, and
`open.open_`, which needs a private one. `token` derives every key that a person holds
themselves; `keys` makes and wraps the keys that staff hold.

There is one suite, no option and no fallback. Every envelope begins with a version
byte; bytes of version 1 stay readable for as long as any case that holds them lives.
`docs/reference/envelope.md` describes them byte by byte.

This package imports the standard library and `cryptography` and nothing of ours, so
that it can be read, tested and audited alone. Importing the package itself loads no
module: who may only seal never has the opening half in memory by accident.
"""
