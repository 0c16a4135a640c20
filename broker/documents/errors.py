"""What is refused of an upload, each with what a page needs to say about it.

BrokerError
└── DocumentError
    ├── ActiveDocument     a PDF that can do more than be looked at (scripts, other files inside)
    ├── BadDocument        a PDF that can't be read
    ├── BadPicture         says it is a picture and can't be opened as one
    ├── BombDocument       a PDF that would unfold to more than it may
    ├── DocumentGone       no such document, or nobody's any more
    ├── EmptyFile          nothing in it
    ├── HeicPicture        a picture in the form of iPhones (HEIC), which nobody else can open
    ├── LockedDocument     a PDF behind a password
    ├── SlowFile           took too long to open
    ├── TooManyPages       a PDF of more than `most` pages
    ├── TooManyPixels      a picture of more than `most` million pixels
    ├── TooSmallPicture    a picture on which nothing can be read
    ├── TooLargeFile       more than `most` megabytes
    └── UnknownFile        neither JPEG nor PNG nor PDF, whatever its name says
"""

from __future__ import annotations

from broker.errors import BrokerError


class DocumentError(BrokerError):
    """An upload that isn't taken. `most` is the limit it broke, in the unit its class names; 0 where there is none."""

    id = "document_error"
    most = 0


class ActiveDocument(DocumentError):
    """A PDF that can do more than be looked at: scripts, programs, forms of its own, other files inside."""

    id = "active_document"


class BadDocument(DocumentError):
    """A PDF that can't be read."""

    id = "bad_document"


class BadPicture(DocumentError):
    """Begins like a JPEG or PNG and can't be opened as one."""

    id = "bad_picture"


class BombDocument(DocumentError):
    """A PDF that would unfold to more than it may, or is more complicated than any scan."""

    id = "bomb_document"


class DocumentGone(DocumentError):
    """No such document; or its bytes are not those that were stored under this id."""

    id = "document_gone"


class EmptyFile(DocumentError):
    """A file of no bytes, or no file."""

    id = "empty_file"


class HeicPicture(DocumentError):
    """A picture in the HEIC or AVIF form, as some phones save it."""

    id = "heic_picture"


class LockedDocument(DocumentError):
    """A PDF behind a password."""

    id = "locked_document"


class SlowFile(DocumentError):
    """It took too long, or too much memory, to open."""

    id = "slow_file"


class TooLargeFile(DocumentError):
    """More bytes than are taken; `most` in megabytes."""

    id = "too_large_file"
    most = 8


class TooManyPages(DocumentError):
    """A PDF of more pages than an identity proof has."""

    id = "too_many_pages"
    most = 10


class TooManyPixels(DocumentError):
    """A picture of more than `most` million pixels."""

    id = "too_many_pixels"
    most = 50


class TooSmallPicture(DocumentError):
    """A picture whose longer side is less than `most` pixels: nothing can be read on it."""

    id = "too_small_picture"
    most = 200


class UnknownFile(DocumentError):
    """Neither JPEG nor PNG nor PDF, whatever its name says."""

    id = "unknown_file"


BY_ID: dict[str, type[DocumentError]] = {
    each.id: each
    for each in (
        ActiveDocument,
        BadDocument,
        BadPicture,
        BombDocument,
        EmptyFile,
        HeicPicture,
        LockedDocument,
        SlowFile,
        TooLargeFile,
        TooManyPages,
        TooManyPixels,
        TooSmallPicture,
        UnknownFile,
    )
}
