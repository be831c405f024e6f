"""A job is made: what was sent is kept in a folder of its own, and the job is put into the queue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request, UploadFile

from clausal.problems import InvalidInput
from clausal.service.api.common import actor_of, before, done, gone, key_of, parts_of
from clausal.service.jobs import folder as folders
from clausal.service.problems import Refusal, of_input
from clausal.store import jobs
from clausal.store.identifiers import new_id
from clausal.store.jobs import Job

NO_FILE = "send `claims` as a file, or name one in `claims_path`"
Sent = Mapping[str, UploadFile | None]


def made(request: Request, kind: jobs.Kind, asked: dict[str, Any], sent: Sent, claims_path: str = "") -> Job:
    """A job over what was sent, or over a file in the operator's folder; raises Refusal."""
    parts = parts_of(request)
    number = new_id()
    folder = folders.make(parts.configuration.data, number)
    try:
        with folders.or_gone(folder):
            digests = kept(request, folder, asked, sent, claims_path)
            key = key_of(request, {"kind": kind, **asked, "sent": digests})
            with parts.database.writing() as connection:
                known = before(connection, request, key)
                job = jobs.load(connection, known.partition(":")[2]) if known else None
                if known and job is None:
                    raise gone()
                if job is None:
                    job = jobs.make(connection, actor_of(request), kind, asked, number)
                    done(connection, request, key, job.subject)
    except InvalidInput as error:
        raise of_input(error) from None
    if job.id != number:
        folders.delete(folder)
    else:
        parts.queue.put(number)
    return job


def kept(request: Request, folder: Path, asked: dict[str, Any], sent: Sent, claims_path: str) -> dict[str, str]:
    """Keep what was sent in a folder, and note in `asked` what it is called there; the digest of each file."""
    digests = {}
    for part, one in sent.items():
        if one is not None and (one.filename or one.size):
            asked[part], digests[part] = folders.keep(folder, part, one.filename or "", one.file)
    if claims_path:
        asked["claims"] = str(named(request, claims_path))
    if not asked.get("claims"):
        raise Refusal(422, "no claim file was given", NO_FILE, path="claims")
    return digests


def named(request: Request, text: str) -> Path:
    """A file in the folder that the operator names, and nowhere else."""
    folder = parts_of(request).configuration.jobs.claims_folder
    if folder is None:
        raise Refusal(
            422, "no file can be named here", "send it, or configure `jobs.claims_folder`", path="claims_path"
        )
    root = folder.resolve()
    path = (root / text).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Refusal(422, "there is no such file in the folder of claims", "a path within it", path="claims_path")
    return path
