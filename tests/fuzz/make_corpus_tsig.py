#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write the corpora of fuzz_key.c and fuzz_tsig.c: small files, named after what they are.

The replies are those of tests/unit/make_tsig_vectors.py. Run it in the source tree after adding
a case, and list the new file in tests/local.mk.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "unit"))
import make_tsig_vectors  # noqa: E402

SECRET = b"eadI8Q7Arli+IoGoWKtZ1YJk6ja3F4VYq5BlurK4yEY="
BIND = b'key "kms-key" {\n\talgorithm hmac-sha256;\n\tsecret "' + SECRET + b'";\n};\n'
LINE = b"hmac-sha256:kms-key:" + SECRET + b"\n"
YAML = (b"# " + LINE + b"key:\n  - id: kms-key\n    algorithm: hmac-sha256\n    secret: " +
        SECRET + b"\n")
KEYS = {
    "bind": BIND,
    "bind_comments": b"// a\n# b\n/* c\n d */ key/**/k{secret " + SECRET +
                     b";algorithm hmac-sha1;};",
    "bind_open_comment": BIND + b"/* ",
    "bind_open_quote": b'key "',
    "bind_two": BIND + BIND,
    "knot_line": LINE,
    "knot_name_only": b"kms-key:" + SECRET,
    "knot_yaml": YAML,
    "knot_yaml_two": YAML + b"- id: b\n  algorithm: hmac-sha1\n  secret: AAAA\n",
    "private": b"Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: " + SECRET +
               b"\nBits: AAA=\n",
    "padding": b"a:AA==",
}
REPLIES = ("good", "after_opt", "badkey", "badtime", "compressed_owner", "counts_lie",
           "cut_to_15", "cut_to_16", "echoed_message", "too_long_by_1", "two_records",
           "unsigned_header_only")


def main():
    replies = {case[0]: case[1] for case in make_tsig_vectors.states()}
    for folder, cases in (("key", KEYS), ("tsig", {name: replies[name] for name in REPLIES})):
        path = HERE / "corpus" / folder
        path.mkdir(parents=True, exist_ok=True)
        for name, data in cases.items():
            (path / f"{name}.bin").write_bytes(data)


if __name__ == "__main__":
    main()
