"""The commands `minhbach signer`: a program that signs on an officer's own computer, without database and Django."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from gettext import gettext as _
from pathlib import Path

from minhbach.signatures import Pkcs12Key, SignatureError
from minhbach.signatures.signer import NOTICE, answered, server

BAD_INPUT = 2


def run(do: str, arguments: argparse.Namespace, lang: str) -> int:
    """Exit codes as everywhere: 0 done, 2 bad input."""
    print(NOTICE.in_(lang), file=sys.stderr)
    try:
        secret = _password()
        keys = [Pkcs12Key.load(Path(path).read_bytes(), secret) for path in arguments.key]
        if do == "sign":
            order = json.loads(Path(arguments.order).read_text(encoding="utf-8"))
            answer = answered(keys, order)
            Path(arguments.output).write_text(answer["signature"] + "\n", encoding="ascii")
            print(_("Signed: %s") % order.get("title", ""))
            return 0
        return _serve(keys, arguments, lang)
    except SignatureError as error:
        print(error.text.in_(lang), file=sys.stderr)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
    return BAD_INPUT


def _serve(keys: list[Pkcs12Key], arguments: argparse.Namespace, lang: str) -> int:
    def agree(title: str) -> bool:
        if arguments.yes:
            print(_("Signed: %s") % title, flush=True)
            return True
        return input(_("Sign “%s”? (y/n) ") % title).strip().lower() in ("y", "c", "có")

    with server(keys, origins=arguments.origin, port=arguments.port, agree=agree, lang=lang) as running:
        print(_("Waiting for papers of %s; stop with Ctrl+C.") % ", ".join(arguments.origin), flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _password() -> str:
    given = os.environ.get("SIGNER_PASSWORD")
    return given if given is not None else getpass.getpass(_("Password of the key: "))
