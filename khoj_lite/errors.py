"""What can go wrong, as one tree.

KhojLiteError                failed            500  exit 1
+-- UsageError               usage             400  exit 2
|   +-- QueryError           bad_query         400  exit 2
|   +-- ConfigError          bad_config        400  exit 2
+-- NotFoundError            not_found         404  exit 3
+-- BusyError                busy              409  exit 4
+-- AuthError                unauthorized      401  exit 1
+-- ForbiddenError           forbidden         403  exit 1
+-- SourceError              source_failed     422  exit 1
|   +-- SourceOfflineError   source_offline    422  exit 1
+-- FileError                file_failed       422  exit 1   one file; never stops a sync
|   +-- FileUnreadableError  unreadable        422  exit 1
|   +-- FileTooLargeError    too_large         422  exit 1
|   +-- FileBinaryError      binary            422  exit 1
|   +-- FileParseError       parse_failed      422  exit 1
|   +-- FileTimeoutError     timeout           422  exit 1
|   +-- FileCrashedError     crashed           422  exit 1
|   +-- FileEncryptedError   needs_password    422  exit 1
+-- ModelError               model_failed      503  exit 1
|   +-- ModelMissingError    model_missing     503  exit 1
|   +-- PromptTooLongError   prompt_too_long   413  exit 1
+-- TrainError               train_failed      422  exit 1
+-- StorageError             storage_failed    507  exit 1
+-- CancelledError           cancelled         499  exit 1

Every message is one line that a person understands; `hint` says the way out.
"""

from __future__ import annotations


class KhojLiteError(Exception):
    """Something failed. Subclasses say what; `hint` says what to do."""

    code = "failed"
    http_status = 500
    exit_code = 1
    default_hint = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.default_hint

    def as_dict(self) -> dict[str, str]:
        """The error object of the HTTP contract: code, message, hint."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(KhojLiteError):
    code = "usage"
    http_status = 400
    exit_code = 2


class QueryError(UsageError):
    code = "bad_query"
    default_hint = 'Filters look like file:"*.org", dt>="2026-01-01", tag:work or +"a phrase".'


class ConfigError(UsageError):
    code = "bad_config"
    default_hint = "Run `khoj-lite config --defaults` to see every setting."


class NotFoundError(KhojLiteError):
    code = "not_found"
    http_status = 404
    exit_code = 3


class BusyError(KhojLiteError):
    code = "busy"
    http_status = 409
    exit_code = 4


class AuthError(KhojLiteError):
    code = "unauthorized"
    http_status = 401
    default_hint = "Send the token that `khoj-lite token` prints as `Authorization: Bearer ...`."


class ForbiddenError(KhojLiteError):
    code = "forbidden"
    http_status = 403


class SourceError(KhojLiteError):
    code = "source_failed"
    http_status = 422


class SourceOfflineError(SourceError):
    code = "source_offline"
    default_hint = "Its notes stay searchable; connect the disk or run `khoj-lite remove NAME`."


class FileError(KhojLiteError):
    code = "file_failed"
    http_status = 422


class FileUnreadableError(FileError):
    code = "unreadable"


class FileTooLargeError(FileError):
    code = "too_large"


class FileBinaryError(FileError):
    code = "binary"


class FileParseError(FileError):
    code = "parse_failed"


class FileTimeoutError(FileError):
    code = "timeout"
    default_hint = "It is tried again when it changes."


class FileCrashedError(FileError):
    code = "crashed"
    default_hint = "It is tried again when it changes."


class FileEncryptedError(FileError):
    code = "needs_password"
    default_hint = "Save a copy of it without a password."


class ModelError(KhojLiteError):
    code = "model_failed"
    http_status = 503


class ModelMissingError(ModelError):
    code = "model_missing"


class PromptTooLongError(ModelError):
    code = "prompt_too_long"
    http_status = 413


class TrainError(KhojLiteError):
    code = "train_failed"
    http_status = 422


class StorageError(KhojLiteError):
    code = "storage_failed"
    http_status = 507


class CancelledError(KhojLiteError):
    code = "cancelled"
    http_status = 499
