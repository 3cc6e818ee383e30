"""
The letters: one template per legal act, text first, PDF and e-mail on demand.

    prepare                             compile the templates when the process starts
    draft, drafts, authority_letter     a plan's steps -> Documents with placeholders
    combined, letters                   the same, with the requests to one UK company as one letter
    fill                                a Document and who the person is -> the text that is sent
    to_pdf, to_eml                      the same text in another form
    address_of                          the mailbox that a step's letter may go to
    to_ics                              a plan's days for a calendar, without a word of what they are
"""

from __future__ import annotations

from casework.documents.addressing import address_of
from casework.documents.calendar import to_ics
from casework.documents.document import Document, Slot, document_from_dict, document_to_dict
from casework.documents.drafting import authority_letter, combined, draft, drafts, letters, prepare
from casework.documents.eml import to_eml
from casework.documents.filling import IdentityDetails, fill
from casework.documents.pdf import to_pdf, unshowable

__all__ = [
    "Document",
    "IdentityDetails",
    "Slot",
    "address_of",
    "authority_letter",
    "combined",
    "document_from_dict",
    "document_to_dict",
    "draft",
    "drafts",
    "fill",
    "letters",
    "prepare",
    "to_eml",
    "to_ics",
    "to_pdf",
    "unshowable",
]
