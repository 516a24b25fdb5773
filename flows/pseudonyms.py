"""Agents under pseudonyms: the same agent has the same one everywhere, and only who holds the key can say whose it is."""

import base64
import hashlib
import hmac
import os
import unicodedata
from dataclasses import replace

from flows.errors import ConfigError
from scoring.metadata import CallMetadata

KEY = "RAPPORT_PSEUDONYM_KEY"
SHORTEST_KEY = 16
"""Agent ids are few and guessable: with a guessable key beside them, every pseudonym could be tried."""


def pseudonym_key() -> bytes:
    """The key from the environment. Raises ConfigError where there is none, or a short one."""
    key = os.environ.get(KEY, "")
    if len(key) < SHORTEST_KEY:
        raise ConfigError(
            f"input.pseudonymise_agents needs a secret of at least {SHORTEST_KEY} characters in the environment variable {KEY} "
            f"(it has {len(key)}); keep it, since another key gives every agent another name"
        )
    return os.fsencode(key)


def pseudonym(agent_id: str, key: bytes) -> str:
    """An agent's pseudonym: 60 bits of HMAC-SHA256, which collide for nobody's agents. Example: "agent-k3vdq7mzx2ha"."""
    same = unicodedata.normalize("NFC", agent_id)  # file names write an accent apart on some machines
    digest = hmac.new(key, same.encode(), hashlib.sha256).digest()
    return f"agent-{base64.b32encode(digest)[:12].decode().lower()}"


def under_pseudonym(metadata: CallMetadata, key: bytes) -> CallMetadata:
    """A call's facts without its agent's id and name."""
    return replace(metadata, agent_id=None if metadata.agent_id is None else pseudonym(metadata.agent_id, key), agent_name=None)
